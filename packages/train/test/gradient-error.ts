// How far the gradient of a loss is from its difference quotients, in double precision.
import { backward, type Tensor, tensor } from '@seq/tensor';

/** Largest difference between the gradient of a loss and its central difference. */
export function gradientError(
  values: readonly number[],
  shape: readonly number[],
  loss: (x: Tensor) => Tensor,
): number {
  const double = (numbers: readonly number[]): Tensor => tensor([...numbers], shape, { dtype: 'float64' });
  const x = double(values).variable();
  const gradient = backward(loss(x)).get(x)!.toTypedArray();
  const step = 1e-6;
  const at = (i: number, change: number): number =>
    loss(double(values.map((value, j) => (i === j ? value + change : value)))).item();
  return Math.max(...values.map((_value, i) => Math.abs(gradient[i]! - (at(i, step) - at(i, -step)) / (2 * step))));
}
