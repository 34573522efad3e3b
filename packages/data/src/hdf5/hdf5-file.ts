// Reads data sets of an HDF5 file without trusting it: directly where that suffices, else by the library in its thread, both
// slab by slab, with bounds on sizes and time. Knows nothing of tables.
import { stat } from 'node:fs/promises';
import { dataError } from '../errors.js';
import type { SeqError } from '../native.js';
import { quoted, quotedPath } from '../text/quoted.js';
import { DirectHdf5, type Hdf5Numbers } from './direct/direct-hdf5.js';
import type { DistinctTexts } from './distinct-texts.js';
import { LibraryFailure, LibraryHdf5 } from './library-hdf5.js';

/** Kind and shape of a data set. */
export interface Hdf5Description {
  readonly kind: 'numbers' | 'texts' | 'other';
  /** Length per dimension; empty for a single value. */
  readonly shape: readonly number[];
}

/** What a data set holds. */
export interface Hdf5DataSet extends Hdf5Description {
  /** Path inside the file. */
  readonly name: string;
}

/** How a file is opened. */
export interface OpenHdf5Options {
  /** Ends the work; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that one step of the library may take before the file counts as unreadable. Default 60 000. */
  readonly stallTimeoutMs?: number | undefined;
  /** Whether the library reads the file even where direct reading would do. Default: false. */
  readonly withLibrary?: boolean | undefined;
}

/** Which rows of a data set are read. Default: all. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

const slabBytes = 64 * 2 ** 20;
/** Texts asked for at once: few of the library, which makes them one by one, many where they are read directly. */
const textsPerSlab = { library: 16_384, direct: 262_144 } as const;
const bytesPerNumber = 8;
/** Deflate cannot shrink data more than about 1,032 times; a file that claims more is damaged or hostile. */
const largestExpansion = 1_100;

/** Where the library looks for a filter that it does not have. */
const pluginFolder = 'lib/plugin';

/** How the thread of the library begins to say that a file names others. */
const foreignFile = 'it refers to another file';

/** What direct reading and the library have in common. */
interface Hdf5Source {
  names(group: string): Promise<readonly string[] | undefined>;
  describe(name: string): Promise<Hdf5Description | undefined>;
  numbers(name: string, start: number, end: number): Promise<Hdf5Numbers>;
  texts(name: string, start: number, end: number): Promise<readonly string[]>;
  distinctTexts(name: string, start: number, end: number): Promise<DistinctTexts>;
  close(): Promise<void>;
}

/** An open HDF5 file, for reading. */
export class Hdf5File implements AsyncDisposable {
  readonly #path: string;
  readonly #mostElements: number;
  readonly #options: OpenHdf5Options;
  #source: Hdf5Source | undefined;
  #isDirect = false;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(path: string, fileBytes: number, options: OpenHdf5Options) {
    this.#path = path;
    this.#mostElements = fileBytes * largestExpansion;
    this.#options = options;
  }

  /**
   * Opens a file that exists.
   *
   * @throws SeqError `FILE_MALFORMED` if it is no complete HDF5 file.
   */
  static async open(path: string, options: OpenHdf5Options = {}): Promise<Hdf5File> {
    options.signal?.throwIfAborted();
    const { size } = await stat(path);
    const file = new Hdf5File(path, size, options);
    const direct = options.withLibrary === true ? undefined : await DirectHdf5.open(path).catch(() => undefined);
    file.#isDirect = direct !== undefined;
    file.#source = direct;
    if (direct === undefined) await file.#takeLibrary();
    return file;
  }

  /** Whether everything so far was read without the library. */
  get isDirect(): boolean {
    return this.#isDirect;
  }

  /** Names inside a group; undefined if there is no such group. */
  async names(group: string): Promise<readonly string[] | undefined> {
    return this.#ask((source) => source.names(group));
  }

  /** What a data set holds; undefined if there is none of this name. */
  async describe(name: string): Promise<Hdf5DataSet | undefined> {
    const found = await this.#ask((source) => source.describe(name));
    if (found === undefined) return undefined;
    const { kind, shape } = found;
    const elements = shape.reduce((product, length) => product * length, 1);
    if (!(elements <= this.#mostElements)) {
      throw this.malformed(`data set ${quoted(name)} claims ${elements} elements, more than the file can hold`);
    }
    return { name, kind, shape };
  }

  /** Numbers of a one-dimensional data set; arrays narrower than doubles where the file holds such. */
  async numbers({ name, kind, shape }: Hdf5DataSet, range?: RowRange): Promise<Hdf5Numbers> {
    const length = this.#lengthOf(name, shape);
    if (kind !== 'numbers') throw this.malformed(`data set ${quoted(name)} holds no numbers`);
    const { start: first, end: last } = range ?? { start: 0, end: length };
    const step = slabBytes / bytesPerNumber;
    if (last - first <= step) return this.#ask((source) => source.numbers(name, first, last));
    let all: Hdf5Numbers | undefined;
    for (let start = first; start < last; start += step) {
      const part = await this.#ask((source) => source.numbers(name, start, Math.min(last, start + step)));
      all = extended(all, part, last - first);
      all.set(part, start - first);
    }
    return all!;
  }

  /** Some rows of a data set of numbers of one or more dimensions, all columns of each; as many as fit into memory. */
  async rows({ name, kind }: Hdf5DataSet, { start, end }: RowRange): Promise<Hdf5Numbers> {
    if (kind !== 'numbers') throw this.malformed(`data set ${quoted(name)} holds no numbers`);
    return this.#ask((source) => source.numbers(name, start, end));
  }

  /** Texts of a data set of one or two dimensions, row by row. */
  async texts(data: Hdf5DataSet, range?: RowRange): Promise<readonly string[]> {
    const slabs: (readonly string[])[] = [];
    for (const [start, end] of this.#textSlabs(data, range)) {
      slabs.push(await this.#ask((source) => source.texts(data.name, start, end)));
    }
    return slabs.length === 1 ? slabs[0]! : slabs.flat();
  }

  /** The same texts by number, many at a time; every slab has whole rows and numbers of its own. */
  async *distinctTexts(data: Hdf5DataSet, range?: RowRange): AsyncGenerator<DistinctTexts, void, undefined> {
    for (const [start, end] of this.#textSlabs(data, range)) {
      yield await this.#ask((source) => source.distinctTexts(data.name, start, end));
    }
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
    const source = this.#source;
    this.#source = undefined;
    await source?.close();
  }

  /** Asks one question after the other, as the library needs it. */
  async #ask<Value>(question: (source: Hdf5Source) => Promise<Value>): Promise<Value> {
    const answer = this.#last.then(() => this.#answer(question));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  /** Asks directly first; what that cannot answer, and every question after it, goes to the library. */
  async #answer<Value>(question: (source: Hdf5Source) => Promise<Value>): Promise<Value> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    if (this.#source === undefined) throw new Error('Hdf5File: asked after it was closed.');
    if (this.#isDirect) {
      try {
        const answer = await question(this.#source);
        signal?.throwIfAborted();
        return answer;
      } catch {
        signal?.throwIfAborted();
        await this.#source.close();
        await this.#takeLibrary();
      }
    }
    return this.#fromLibrary(() => question(this.#source!));
  }

  async #takeLibrary(): Promise<void> {
    this.#isDirect = false;
    this.#source = undefined;
    const { signal, stallTimeoutMs = 60_000 } = this.#options;
    this.#source = await this.#fromLibrary(() => LibraryHdf5.open(this.#path, { signal, stallTimeoutMs }));
  }

  async #fromLibrary<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (cause) {
      if (!(cause instanceof LibraryFailure)) throw cause;
      if (cause.message.includes(foreignFile)) throw this.#foreign(cause);
      if (cause.message.includes(pluginFolder)) throw this.#unknownFilter(cause);
      if (cause.stalledMs === undefined) throw this.malformed(reasonOf(cause.message), cause);
      throw dataError(
        'FILE_UNREADABLE',
        `${quotedPath(this.#path)} cannot be read as HDF5: ${cause.message}. The file is damaged, or its disk very slow.`,
        { details: { path: this.#path } },
      );
    }
  }

  #foreign(cause: LibraryFailure): SeqError {
    return dataError(
      'FILE_MALFORMED',
      `${quotedPath(this.#path)} is not read: ${cause.message}. Write everything into one file.`,
      { details: { path: this.#path }, cause },
    );
  }

  #unknownFilter(cause: LibraryFailure): SeqError {
    return dataError(
      'FILE_MALFORMED',
      `${quotedPath(this.#path)} is not read: it is packed by an HDF5 filter that is not known here. ` +
        'Pack it with gzip: h5repack -f GZIP=4 <file> <new file>.',
      { details: { path: this.#path }, cause },
    );
  }

  /** Ranges of rows that are asked for at once. */
  *#textSlabs({ name, kind, shape }: Hdf5DataSet, range: RowRange | undefined): Generator<readonly [number, number]> {
    const rows = this.#lengthOf(name, shape.slice(0, 1));
    if (kind !== 'texts') throw this.malformed(`data set ${quoted(name)} holds no texts`);
    const { start: first, end: last } = range ?? { start: 0, end: rows };
    const perRow = shape.slice(1).reduce((product, length) => product * length, 1);
    if (perRow === 0) return;
    for (let start = first, end = start; start < last; start = end) {
      const step = Math.max(1, Math.floor(textsPerSlab[this.#isDirect ? 'direct' : 'library'] / perRow));
      end = Math.min(last, start + step);
      yield [start, end];
    }
  }

  #lengthOf(name: string, shape: readonly number[]): number {
    if (shape.length !== 1) {
      throw this.malformed(`data set ${quoted(name)} has ${shape.length} dimensions where 1 is needed`);
    }
    return shape[0]!;
  }
}

/** An array for all slabs of one data set; doubles as soon as a slab has them, which is when the library takes over. */
function extended(all: Hdf5Numbers | undefined, part: Hdf5Numbers, length: number): Hdf5Numbers {
  if (all?.constructor === part.constructor) return all;
  if (all !== undefined) return Float64Array.from(all);
  return new (part.constructor as new (length: number) => Hdf5Numbers)(length);
}

/** The innermost reason in the library's error stack: the text behind `(): ` of its last level. */
function reasonOf(problem: string): string {
  const reasons = [...problem.matchAll(/^\s*#\d+:.*\(\): (.*)$/gm)].map(([, reason]) => reason!.trim());
  return reasons.at(-1) ?? problem.split('\n', 1)[0]!.trim();
}
