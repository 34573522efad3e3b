// Turns a DNA sequence into the numbers a model reads. Knows neither tables nor batches.

/** Vocabulary size V: tokens are 0 to 6. */
export const vocabularySize = 7;

/** Stands for padding and for every letter that is none of A, C, G, T. */
export const unknownToken = 0;

/** Stands in front of every sequence. */
export const startToken = 5;

/** Replaces a hidden base during pre-training; `tokenize` never makes it. */
export const maskToken = 6;

const baseTokens: ReadonlyMap<string, number> = new Map([...'ACGT'].map((base, i) => [base, i + 1]));
const tokenOfCode: Int32Array = Int32Array.from(
  { length: 128 },
  (_, code) => baseTokens.get(String.fromCharCode(code).toUpperCase()) ?? unknownToken,
);

/** Options of {@link tokenize}. */
export interface TokenizeOptions {
  /** Bases to keep; a longer sequence loses its end. Default: all. */
  readonly basesPerAsv?: number;
}

/**
 * Tokens of a sequence: START, then 1, 2, 3, 4 for A, C, G, T in either case and 0 for anything else, one per letter.
 *
 * Length: letters kept + 1. Nothing is padded. The empty sequence gives `[START]`.
 */
export function tokenize(
  sequence: string,
  { basesPerAsv = Number.POSITIVE_INFINITY }: TokenizeOptions = {},
): Int32Array {
  // Upper case first, then letter by letter: outside ASCII both may change how many there are.
  const letters = isAscii(sequence)
    ? sequence
    : [...sequence.toUpperCase()].map((letter) => (isAscii(letter) ? letter : 'N')).join('');
  const kept = Math.min(letters.length, basesPerAsv);
  const tokens = new Int32Array(kept + 1);
  tokens[0] = startToken;
  for (let i = 0; i < kept; i++) tokens[i + 1] = tokenOfCode[letters.charCodeAt(i)]!;
  return tokens;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}
