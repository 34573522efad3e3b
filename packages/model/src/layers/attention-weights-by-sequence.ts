// Attention weights of packed sequences, taken apart. It knows only tensors.
import { attentionWeights, type PackedSequences, type Tensor, tidy } from '@seq/tensor';

/** Attention weights of one layer: per sequence an array [heads, queries, keys]; each row of keys sums to 1. */
export type AttentionWeights = readonly Float64Array[];

/**
 * The weights with which queries attend to keys, before dropout. No gradient flows through them.
 *
 * @param parameters - in_proj weight and bias, out_proj weight and bias.
 */
export function attentionWeightsBySequence(
  query: Tensor,
  queries: PackedSequences,
  key: Tensor,
  keys: PackedSequences,
  parameters: readonly [Tensor, Tensor, Tensor, Tensor],
  heads: number,
): AttentionWeights {
  return tidy(() => {
    const all = attentionWeights(query, queries.offsets, key, keys, parameters, { heads }).toTypedArray();
    let end = 0;
    return Array.from({ length: queries.offsets.length - 1 }, (_, i) => {
      const start = end;
      end += heads * lengthOf(queries, i) * lengthOf(keys, i);
      return Float64Array.from(all.subarray(start, end));
    });
  });
}

function lengthOf({ offsets }: PackedSequences, sequence: number): number {
  return offsets[sequence + 1]! - offsets[sequence]!;
}
