// Tokens of many features end to end, each feature tokenised once.
import { tokenize } from '../sequences/tokenize.js';

/** Tokens of features, without padding. */
export interface PackedTokens {
  /** Tokens end to end; every value fits one byte. */
  readonly tokens: Uint8Array;
  /** Feature i owns tokens `offsets[i]` to `offsets[i + 1]`; none if it was not asked for. M + 1 numbers. */
  readonly offsets: Float64Array;
}

/** START and the first `basesPerAsv` bases of every feature that `isUsed` marks. */
export function packTokens(sequences: readonly string[], isUsed: Uint8Array, basesPerAsv: number): PackedTokens {
  const offsets = new Float64Array(sequences.length + 1);
  const parts: (Int32Array | undefined)[] = sequences.map((sequence, feature) =>
    isUsed[feature] === 1 ? tokenize(sequence, { basesPerAsv }) : undefined,
  );
  parts.forEach((part, feature) => {
    offsets[feature + 1] = offsets[feature]! + (part?.length ?? 0);
  });
  const tokens = new Uint8Array(offsets[sequences.length]!);
  parts.forEach((part, feature) => {
    if (part !== undefined) tokens.set(part, offsets[feature]);
  });
  return { tokens, offsets };
}
