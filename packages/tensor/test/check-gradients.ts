// Compares the gradients of an operation with central differences in double precision.
import { backward, mul, noGrad, sum, type Tensor, tensor, tidy } from '@seq/tensor';
import { expect } from 'vitest';
import { expectClose } from './expect-close.js';
import { numbers } from './numbers.js';

/** One input of an operation. */
export interface Input {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Half the width of a difference quotient. */
const STEP = 1e-5;

/** An input with data of a shape drawn from a seed. */
export function input(shape: readonly number[], seed = 1, low = -2, high = 2): Input {
  return {
    shape,
    data: numbers(
      shape.reduce((product, size) => product * size, 1),
      seed,
      low,
      high,
    ),
  };
}

/** The loss: the outputs weighted by fixed numbers, so that every output matters in its own way. */
function lossOf(operation: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]): Tensor {
  return tidy(() => {
    const output = operation(...inputs);
    const weights = tensor(numbers(output.size, 99), output.shape, { dtype: 'float64' });
    return sum(mul(output, weights));
  });
}

function toTensor({ data, shape }: Input): Tensor {
  return tensor(data, shape, { dtype: 'float64' });
}

function differenceQuotients(operation: (...inputs: Tensor[]) => Tensor, inputs: readonly Input[], which: number) {
  const lossAt = (element: number, step: number): number =>
    tidy(() => {
      const moved = inputs.map((one, i) =>
        i === which ? { ...one, data: one.data.map((x, j) => (j === element ? x + step : x)) } : one,
      );
      return noGrad(() => lossOf(operation, moved.map(toTensor)).item());
    });
  return inputs[which]!.data.map((_, element) => (lossAt(element, STEP) - lossAt(element, -STEP)) / (2 * STEP));
}

/**
 * Fails unless the gradient of every element of every input equals its difference quotient.
 *
 * The inputs must keep away from kinks by more than the step.
 */
export function checkGradients(operation: (...inputs: Tensor[]) => Tensor, inputs: readonly Input[]): void {
  tidy(() => {
    const variables = inputs.map((one) => toTensor(one).variable());
    const gradients = backward(lossOf(operation, variables));
    for (const [which, variable] of variables.entries()) {
      const gradient = gradients.get(variable);
      expect(gradient?.shape).toEqual(inputs[which]!.shape);
      const expected = differenceQuotients(operation, inputs, which);
      expectClose(gradient!.toTypedArray(), expected, { absolute: 1e-7, relative: 1e-7 });
    }
  });
}
