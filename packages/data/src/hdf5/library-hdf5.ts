// Asks the HDF5 library, in its thread, about one file. Knows nothing of tables and of direct reading.

import type { LibraryThread, ThreadLimits } from '../threads/library-thread.js';
import { type DistinctTexts, distinctTexts } from './distinct-texts.js';
import type { Hdf5Description } from './hdf5-file.js';
import { takeHdf5Thread } from './hdf5-thread.js';

/** What the library could not do: a problem it told, or no answer in time. */
export class LibraryFailure extends Error {
  override readonly name = 'LibraryFailure';
  /** How long it was waited for, in milliseconds; undefined where the library answered with a problem. */
  readonly stalledMs: number | undefined;

  constructor(problem: string, stalledMs?: number) {
    super(problem);
    this.stalledMs = stalledMs;
  }
}

/** An HDF5 file that the library has open. */
export class LibraryHdf5 {
  readonly #thread: LibraryThread;

  private constructor(thread: LibraryThread) {
    this.#thread = thread;
  }

  static async open(path: string, limits: ThreadLimits): Promise<LibraryHdf5> {
    const file = new LibraryHdf5(await takeHdf5Thread(limits));
    await file.#ask('open', { path });
    return file;
  }

  async names(group: string): Promise<readonly string[] | undefined> {
    return (await this.#ask<readonly string[] | null>('names', { path: group })) ?? undefined;
  }

  async describe(name: string): Promise<Hdf5Description | undefined> {
    return (await this.#ask<Hdf5Description | null>('describe', { path: name })) ?? undefined;
  }

  async numbers(name: string, start: number, end: number): Promise<Float64Array<ArrayBuffer>> {
    return this.#ask('numbers', { path: name, start, end });
  }

  async texts(name: string, start: number, end: number): Promise<readonly string[]> {
    return this.#ask('texts', { path: name, start, end });
  }

  async distinctTexts(name: string, start: number, end: number): Promise<DistinctTexts> {
    return distinctTexts(await this.texts(name, start, end));
  }

  async close(): Promise<void> {
    await this.#thread.giveBack();
  }

  async #ask<Value>(operation: string, request: Readonly<Record<string, unknown>>): Promise<Value> {
    const answer = await this.#thread.ask(operation, request);
    if ('stalledMs' in answer) {
      const { stalledMs } = answer;
      throw new LibraryFailure(`no answer within ${stalledMs} ms while asking for "${operation}"`, stalledMs);
    }
    if ('problem' in answer) throw new LibraryFailure(answer.problem);
    return answer.value as Value;
  }
}
