// What a set of vectors must offer to the runner. One module per topic in sets/ exports one as `vectorSet`.
import type { Check } from './check.js';

/** A case that can be run: it computes something and compares it through `check`; throwing fails it. */
export interface RunnableCase {
  /**
   * Unique in its set. Starts with the path of the JSON file it comes from, without `.json` and relative to the folder,
   * optionally followed by `/` and a part of it: `schedules/warmup_cosine_plain`.
   */
  readonly name: string;
  /** Makes at least one comparison; none at all is reported as a failure. */
  run(check: Check): void | Promise<void>;
}

/** A case this version cannot run yet: reported as skipped, with the reason, never left out. */
export interface UnsupportedCase {
  /** As in {@link RunnableCase}. */
  readonly name: string;
  /** Why it cannot be run, in one phrase: `"perceiver fusion is not built yet"`. */
  readonly unsupported: string;
}

/** One vector, or one part of a vector, of a set. */
export type VectorCase = RunnableCase | UnsupportedCase;

/** Turns a folder of vectors into cases. */
export interface VectorSet {
  /** Folder it reads, such as `10_diversity`; when folders are matched, the number is ignored. */
  readonly folder: string;
  /** Every case of the folder, in a stable order. Must not rely on files that only our copy of the folder has. */
  cases(directory: string): AsyncIterable<VectorCase>;
}
