// The pinball loss, which makes a prediction a quantile of the target.
import { maximum, mul, sub, type Tensor, tensor } from '@seq/tensor';
import { trainError } from '../errors.js';
import { constantLike } from './constant-like.js';
import { type SampleWeights, sampleMean } from './sample-mean.js';

/** Options of {@link quantileLoss}. */
export interface QuantileLossOptions extends SampleWeights {
  /** The Q quantiles, each in (0, 1), in the order of the predictions. */
  readonly quantiles: readonly number[];
}

/**
 * Mean of max(τr, (τ - 1)r) over samples, outputs and quantiles τ, with r = target - prediction; a tie is split evenly.
 *
 * @param prediction - [B, K, Q].
 * @param target - B·K values, row-major.
 * @throws SeqError `LOSS_INPUT` if shapes do not fit or a quantile is not in (0, 1).
 * @see Koenker & Bassett 1978, doi:10.2307/1913643
 */
export function quantileLoss(prediction: Tensor, target: ArrayLike<number>, options: QuantileLossOptions): Tensor {
  const { quantiles } = options;
  const [sampleCount, outputs, width] = prediction.shape;
  const isValid = quantiles.length > 0 && quantiles.every((quantile) => quantile > 0 && quantile < 1);
  if (prediction.shape.length !== 3 || width !== quantiles.length || !isValid) {
    throw trainError(
      'LOSS_INPUT',
      `quantileLoss: quantiles ${quantiles.join(', ')} for predictions of shape [${prediction.shape.join(', ')}]; ` +
        'give predictions [B, outputs, quantiles] and one number in (0, 1) per quantile.',
    );
  }
  const shape = [sampleCount!, outputs!, 1];
  const rest = sub(constantLike(prediction, target, { asked: 'quantileLoss', shape }), prediction);
  const factor = (values: readonly number[]): Tensor =>
    tensor([...values], [values.length], { dtype: prediction.dtype });
  const above = mul(rest, factor(quantiles));
  const below = mul(rest, factor(quantiles.map((quantile) => quantile - 1)));
  return sampleMean(maximum(above, below), 'quantileLoss', options);
}
