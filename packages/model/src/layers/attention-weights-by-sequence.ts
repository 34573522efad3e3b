// Attention weights of packed sequences, taken apart. It knows only tensors.
import { attentionWeights, type FloatData, type PackedSequences, type Tensor, tidy } from '@seq/tensor';

/**
 * Attention weights of one layer in the model's dtype: per sequence an array [heads, queries, keys]; each row of keys sums
 * to 1.
 */
export type AttentionWeights = readonly FloatData[];

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
    const weights = attentionWeights(query, queries.offsets, key, keys, parameters, { heads });
    const all = weights.toTypedArray() as FloatData;
    let end = 0;
    return Array.from({ length: queries.offsets.length - 1 }, (_, i) => {
      const start = end;
      end += heads * lengthOf(queries, i) * lengthOf(keys, i);
      return all.slice(start, end);
    });
  });
}

function lengthOf({ offsets }: PackedSequences, sequence: number): number {
  return offsets[sequence + 1]! - offsets[sequence]!;
}
