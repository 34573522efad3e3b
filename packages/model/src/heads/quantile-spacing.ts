// Quantiles that cannot cross: from free numbers to rising ones. It knows only tensors.
import { add, expand, matmul, reshape, slice, softplus, type Tensor, tensor } from '@seq/tensor';

/**
 * From free numbers h to quantiles q that rise along the last axis. The middle one, m = floor(Q / 2), is free: q_m = h_m;
 * each other one lies softplus(h_k) beyond its inner neighbour.
 *
 * @param raw - [B, outputs, Q].
 * @see Park et al. 2022, arXiv:2111.06581 (quantiles as sums of increments); here from the middle outwards, so that the
 * median does not depend on the spread.
 */
export function risingQuantiles(raw: Tensor): Tensor {
  const [samples = 0, outputs = 0, count = 0] = raw.shape;
  const middle = Math.floor(count / 2);
  const steps = reshape(softplus(raw), [samples * outputs, count]);
  const sums = tensor(sumsFromMiddle(count, middle), [count, count], { dtype: raw.dtype });
  const distances = reshape(matmul(steps, sums), raw.shape);
  return add(expand(slice(raw, 2, middle, middle + 1), raw.shape), distances);
}

/** Row j, column k: how often step j counts towards the distance of quantile k from the middle one. */
function sumsFromMiddle(count: number, middle: number): Float64Array {
  return Float64Array.from({ length: count * count }, (_, i) => {
    const [step, quantile] = [Math.floor(i / count), i % count];
    if (step > middle) return Number(step <= quantile);
    return step < middle && step >= quantile ? -1 : 0;
  });
}
