// What an error must be: a SeqError with a code, whose sentence names the input.
import { SeqError } from '@seq/tensor';

/** An asymmetric matcher for `toThrow`: a {@link SeqError} with this code that contains all `parts`. */
export function failure(code: string, ...parts: readonly string[]): { asymmetricMatch(error: unknown): boolean } {
  return {
    asymmetricMatch: (error) =>
      error instanceof SeqError && error.code === code && parts.every((part) => error.message.includes(part)),
    toString: () => `SeqError ${code} with ${parts.join(', ')}`,
  } as { asymmetricMatch(error: unknown): boolean };
}
