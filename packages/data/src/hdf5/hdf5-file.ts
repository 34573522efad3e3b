// Reads data sets of an HDF5 file without trusting it: in a worker thread, slab by slab, with bounds on sizes and time.
// Knows nothing of tables.
import { stat } from 'node:fs/promises';
import { dataError } from '../errors.js';
import type { SeqError } from '../native.js';
import { quoted, quotedPath } from '../text/quoted.js';
import { Hdf5Thread } from './hdf5-thread.js';

/** What a data set holds. */
export interface Hdf5DataSet {
  /** Path inside the file. */
  readonly name: string;
  readonly kind: 'numbers' | 'texts' | 'other';
  /** Length per dimension; empty for a single value. */
  readonly shape: readonly number[];
}

/** How a file is opened. */
export interface OpenHdf5Options {
  /** Ends the work; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that one step may take before the file counts as unreadable. Default 60 000. */
  readonly stallTimeoutMs?: number | undefined;
}

const slabBytes = 64 * 2 ** 20;
const textsPerSlab = 16_384;
const bytesPerNumber = 8;
/** Deflate cannot shrink data more than about 1,032 times; a file that claims more is damaged or hostile. */
const largestExpansion = 1_100;

/** An open HDF5 file, for reading. */
export class Hdf5File implements AsyncDisposable {
  readonly #path: string;
  readonly #thread: Hdf5Thread;
  readonly #mostElements: number;

  private constructor(path: string, thread: Hdf5Thread, fileBytes: number) {
    this.#path = path;
    this.#thread = thread;
    this.#mostElements = fileBytes * largestExpansion;
  }

  /**
   * Opens a file that exists.
   *
   * @throws SeqError `FILE_MALFORMED` if it is no complete HDF5 file.
   */
  static async open(path: string, { signal, stallTimeoutMs = 60_000 }: OpenHdf5Options = {}): Promise<Hdf5File> {
    const { size } = await stat(path);
    const thread = await Hdf5Thread.take({ signal, stallTimeoutMs });
    const file = new Hdf5File(path, thread, size);
    await file.#ask('open', { path });
    return file;
  }

  /** Names inside a group; undefined if there is no such group. */
  async names(group: string): Promise<readonly string[] | undefined> {
    const names = await this.#ask<readonly string[] | null>('names', { path: group });
    return names ?? undefined;
  }

  /** What a data set holds; undefined if there is none of this name. */
  async describe(name: string): Promise<Hdf5DataSet | undefined> {
    const found = await this.#ask<Omit<Hdf5DataSet, 'name'> | null>('describe', { path: name });
    if (found === null) return undefined;
    const elements = found.shape.reduce((product, length) => product * length, 1);
    if (!(elements <= this.#mostElements)) {
      throw this.malformed(`data set ${quoted(name)} claims ${elements} elements, more than the file can hold`);
    }
    return { name, ...found };
  }

  /** All numbers of a one-dimensional data set, as doubles. */
  async numbers({ name, kind, shape }: Hdf5DataSet): Promise<Float64Array> {
    const length = this.#lengthOf(name, shape);
    if (kind !== 'numbers') throw this.malformed(`data set ${quoted(name)} holds no numbers`);
    const all = new Float64Array(length);
    const step = slabBytes / bytesPerNumber;
    for (let start = 0; start < length; start += step) {
      const end = Math.min(length, start + step);
      all.set(await this.#ask<Float64Array>('numbers', { path: name, start, end }), start);
    }
    return all;
  }

  /** All texts of a data set of one or two dimensions, row by row. */
  async texts({ name, kind, shape }: Hdf5DataSet): Promise<readonly string[]> {
    const rows = this.#lengthOf(name, shape.slice(0, 1));
    if (kind !== 'texts') throw this.malformed(`data set ${quoted(name)} holds no texts`);
    const all: string[] = [];
    const perRow = shape.slice(1).reduce((product, length) => product * length, 1);
    if (rows * perRow === 0) return all;
    const step = Math.max(1, Math.floor(textsPerSlab / perRow));
    for (let start = 0; start < rows; start += step) {
      const end = Math.min(rows, start + step);
      for (const text of await this.#ask<readonly string[]>('texts', { path: name, start, end })) all.push(text);
    }
    return all;
  }

  /** The error for a file whose content is not what it must be. */
  malformed(found: string, cause?: unknown): SeqError {
    return dataError(
      'FILE_MALFORMED',
      `${quotedPath(this.#path)} cannot be read as HDF5: ${found}. ` +
        'The file is incomplete or damaged; copy, download or export it again.',
      { details: { path: this.#path }, cause },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread.giveBack();
  }

  async #ask<Value>(operation: string, request: Readonly<Record<string, unknown>>): Promise<Value> {
    const answer = await this.#thread.ask(operation, request);
    if ('stalledMs' in answer) {
      throw dataError(
        'FILE_UNREADABLE',
        `${quotedPath(this.#path)} cannot be read as HDF5: no answer within ${answer.stalledMs} ms while asking for ` +
          `"${operation}". The file is damaged, or its disk very slow.`,
        { details: { path: this.#path } },
      );
    }
    if ('problem' in answer) throw this.malformed(reasonOf(answer.problem), new Error(answer.problem));
    return answer.value as Value;
  }

  #lengthOf(name: string, shape: readonly number[]): number {
    if (shape.length !== 1) {
      throw this.malformed(`data set ${quoted(name)} has ${shape.length} dimensions where 1 is needed`);
    }
    return shape[0]!;
  }
}

/** The innermost reason in the library's error stack: the text behind `(): ` of its last level. */
function reasonOf(problem: string): string {
  const reasons = [...problem.matchAll(/^\s*#\d+:.*\(\): (.*)$/gm)].map(([, reason]) => reason!.trim());
  return reasons.at(-1) ?? problem.split('\n', 1)[0]!.trim();
}
