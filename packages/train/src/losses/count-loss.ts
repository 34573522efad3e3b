// How well the share of each ASV in its sample's reads is predicted.
import { mean, mul, scaleShift, square, sub, sum, type Tensor, tensor } from '@seq/tensor';
import { constantLike } from './constant-like.js';

/** Options of {@link countLoss}. */
export interface CountLossOptions {
  /** One value per slot; slots with 0 do not count. Default: all count. */
  readonly mask?: ArrayLike<number> | undefined;
}

/**
 * Mean of (prediction - target)² over the slots that count; 0 if there are none.
 *
 * @param prediction - [n, 1].
 * @param target - n normalised counts.
 * @throws SeqError `LOSS_INPUT` if the numbers of values differ.
 */
export function countLoss(prediction: Tensor, target: ArrayLike<number>, { mask }: CountLossOptions = {}): Tensor {
  const errors = square(sub(prediction, constantLike(prediction, target, { asked: 'countLoss' })));
  const counted = mask === undefined ? target.length : Array.from(mask).filter((flag) => flag !== 0).length;
  if (counted === 0) return tensor([0], [], { dtype: prediction.dtype });
  if (mask === undefined) return mean(errors);
  const flags = Float64Array.from(mask, (flag) => Number(flag !== 0));
  return scaleShift(sum(mul(errors, constantLike(prediction, flags, { asked: 'countLoss: mask' }))), 1 / counted, 0);
}
