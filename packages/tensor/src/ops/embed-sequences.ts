// Token and position embeddings of packed sequences.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * Row t of the result is `tokenTable[tokens[t]]` plus `positionTable[position of t in its sequence]`.
 *
 * @param tokens - T token ids, sequences end to end, each in [0, V).
 * @param offsets - sequence i owns positions `offsets[i]` to `offsets[i + 1]`; from 0 to T, never falling.
 * @param tokenTable - floats, [V, D].
 * @param positionTable - floats of the same dtype, [P, D]; no sequence is longer than P.
 * @returns [T, D].
 * @throws SeqError `TENSOR_INDEX` naming the first token outside, `TENSOR_VALUE` for offsets that do not fit or naming a
 * sequence that is too long, `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function embedSequences(
  tokens: Int32Array,
  offsets: Uint32Array,
  tokenTable: Tensor,
  positionTable: Tensor,
): Tensor {
  return apply('embedSequences', [tokenTable, positionTable], (addon, [tokenTable, positionTable]) =>
    addon.embedSequences(tokens, offsets, tokenTable, positionTable),
  );
}
