// Writes an HDF5 file whole or not at all, in the worker thread of the HDF5 library. Knows nothing of tables.
import { resolve } from 'node:path';
import { dataError } from '../errors.js';
import { quotedPath } from '../text/quoted.js';
import { writeWholeAt } from '../text/write-whole.js';
import type { LibraryThread } from '../threads/library-thread.js';
import type { OpenHdf5Options } from './hdf5-file.js';
import { takeHdf5Thread } from './hdf5-thread.js';

/** Numbers that can be stored. */
export type Hdf5Numbers = Float64Array | Int32Array;

/** Numbers that are handed to the library at once. */
const slabLength = 2 ** 20;
const chunkLength = 2 ** 16;
const gzipLevel = 4;

/** A file that is being written. Names are paths inside it; the groups on their way exist. */
export class Hdf5Writer {
  readonly #path: string;
  readonly #thread: LibraryThread;

  /** `path` is for errors only. */
  constructor(path: string, thread: LibraryThread) {
    this.#path = path;
    this.#thread = thread;
  }

  /** Makes an empty group. */
  async group(name: string): Promise<void> {
    await this.ask('group', { path: name });
  }

  /** Gives the file an attribute: a text, a 32-bit integer, or a list of such. */
  async attribute(name: string, value: string | number | readonly number[]): Promise<void> {
    await this.ask('attribute', { name, data: value });
  }

  /** Makes a one-dimensional data set of numbers, compressed with gzip. */
  async numbers(name: string, values: Hdf5Numbers): Promise<void> {
    if (values.length === 0) return this.#dataSet({ name, data: values });
    await this.#dataSet({
      name,
      data: values.slice(0, slabLength),
      maxshape: [values.length > slabLength ? null : values.length],
      chunks: [Math.min(values.length, chunkLength)],
      compression: 'gzip',
      compression_opts: gzipLevel,
    });
    for (let start = slabLength; start < values.length; start += slabLength) {
      await this.ask('append', { path: name, start, data: values.slice(start, start + slabLength) });
    }
  }

  /** Makes a data set of texts of any length, UTF-8, row by row. */
  async texts(name: string, texts: readonly string[], shape: readonly number[] = [texts.length]): Promise<void> {
    await this.#dataSet({ name, data: texts, shape, dtype: 'S' });
  }

  async #dataSet(request: Readonly<Record<string, unknown>>): Promise<void> {
    await this.ask('dataSet', { request });
  }

  /** Asks the thread for one step. */
  async ask(operation: string, request: Readonly<Record<string, unknown>>): Promise<void> {
    const answer = await this.#thread.ask(operation, request);
    if ('value' in answer) return;
    const problem = 'problem' in answer ? answer.problem : `no answer within ${answer.stalledMs} ms`;
    throw dataError(
      'FILE_NOT_WRITTEN',
      `${quotedPath(this.#path)} was not written: the HDF5 library could not do "${operation}" ` +
        `(${problem.split('\n', 1)[0]}). Check that the disk has room; nothing was changed.`,
      { details: { path: this.#path }, cause: new Error(problem) },
    );
  }
}

/**
 * Writes an HDF5 file beside its place and renames it.
 *
 * @param write - makes groups, attributes and data sets.
 * @throws SeqError `FILE_NOT_WRITTEN`; what `write` throws, and the reason of the signal.
 */
export async function writeHdf5(
  path: string,
  write: (file: Hdf5Writer) => Promise<void>,
  { signal, stallTimeoutMs = 60_000 }: OpenHdf5Options = {},
): Promise<void> {
  await writeWholeAt(path, async (temporary) => {
    const thread = await takeHdf5Thread({ signal, stallTimeoutMs });
    const file = new Hdf5Writer(path, thread);
    try {
      await file.ask('create', { path: resolve(temporary) });
      await write(file);
      await file.ask('close', {});
    } finally {
      await thread.giveBack();
    }
  });
}
