// What a fuzz target is. One file `*.fuzz.ts` exports one as default.
import type { Random } from './random.js';

/**
 * A function under hostile input. It may refuse an input with a `SeqError`; any other error, a panic of the addon, a crash of the process, a
 * hang or memory out of proportion is a finding.
 */
export interface FuzzTarget<Input = unknown> {
  /** `<package>/<function>`, such as `data/read-feature-table`; unique. */
  readonly name: string;
  /** Makes an input from random values only, so that seed and number of an input are enough to make it again. */
  generate(random: Random): Input;
  /** Feeds the input to the function under test, and may check what must hold for the result. */
  run(input: Input): void | Promise<void>;
}

/** Whether an error is the answer to a bad input, and no fault: a `SeqError` with a code, but not that of a panic. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'SeqError' || !('code' in error)) return false;
  return typeof error.code === 'string' && error.code !== 'NATIVE_FAULT';
}
