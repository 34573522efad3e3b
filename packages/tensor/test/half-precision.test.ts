import {
  add,
  backward,
  cast,
  concat,
  type DType,
  gatherRows,
  linear,
  matmul,
  memory,
  permute,
  reshape,
  scaleShift,
  slice,
  square,
  sum,
  type Tensor,
  tensor,
} from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { failure } from './failure.js';

const halves = ['float16', 'bfloat16'] as const satisfies readonly DType[];
const waves = (count: number, phase: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.sin(i * 0.7 + phase));
const half = (dtype: DType, values: readonly number[], shape: readonly number[]): Tensor =>
  tensor(values, shape, { dtype });
const single = (x: Tensor): Tensor => cast(x, 'float32').detach();

describe('16-bit floats', () => {
  it('round to nearest, ties to even, and are read widened', () => {
    const values = [1 + 2 ** -9, 1 + 3 * 2 ** -9, 70_000, -0, Number.NaN];
    expect([...half('bfloat16', values, [5]).toTypedArray()]).toEqual([1, 1 + 2 ** -7, 70_144, -0, Number.NaN]);
    expect([...half('float16', values, [5]).toTypedArray()]).toEqual([
      1 + 2 ** -9,
      1 + 3 * 2 ** -9,
      Number.POSITIVE_INFINITY,
      -0,
      Number.NaN,
    ]);
  });

  it.each(halves)('%s takes two bytes per number', (dtype) => {
    const before = memory().bytes;
    using x = half(dtype, waves(1000, 0), [1000]);
    expect(x.dtype).toBe(dtype);
    expect(memory().bytes - before).toBe(2000);
  });

  it.each(halves)('%s keeps its numbers in layout and gathering', (dtype) => {
    const x = half(dtype, waves(6, 1), [2, 3]);
    const wide = single(x);
    const moves: ((x: Tensor) => Tensor)[] = [
      (x) => reshape(x, [3, 2]),
      (x) => permute(x, [1, 0]),
      (x) => slice(x, 1, 1, 3),
      (x) => concat([x, x], 0),
      (x) => gatherRows(x, Uint32Array.of(1, 1, 0)),
    ];
    for (const move of moves) {
      const moved = move(x);
      expect(moved.dtype).toBe(dtype);
      expect(moved.toTypedArray()).toEqual(move(wide).toTypedArray());
    }
  });

  it.each(halves)('%s enters products as it is and accumulates in float32, gradients included', (dtype) => {
    const [x, w, b] = [half(dtype, waves(12, 0), [4, 3]), half(dtype, waves(6, 2), [2, 3]), half(dtype, [1, 2], [2])];
    const products: ((x: Tensor, w: Tensor, b: Tensor) => Tensor)[] = [
      (x, w, b) => linear(x, w, b),
      (x, w) => matmul(x, permute(w, [1, 0])),
    ];
    for (const product of products) {
      const run = (inputs: readonly Tensor[]) => {
        const variables = inputs.map((input) => input.variable()) as [Tensor, Tensor, Tensor];
        const y = product(...variables);
        const gradients = backward(sum(square(y)));
        return [y, ...variables.map((variable) => gradients.get(variable))].map((found) => found?.toTypedArray());
      };
      expect(run([x, w, b])).toEqual(run([x, w, b].map(single)));
      expect(product(x, w, b).dtype).toBe('float32');
    }
  });

  it.each(halves)('%s sums gradients of several uses in float32', (dtype) => {
    const x = half(dtype, [1, 3], [2]).variable();
    const y = scaleShift(add(cast(x, 'float32'), cast(x, 'float32')), 1 / 3, 0);
    const gradient = backward(sum(y)).get(x)!;
    expect(gradient.dtype).toBe('float32');
    expect([...gradient.toTypedArray()]).toEqual([2 / 3, 2 / 3].map(Math.fround));
  });

  it.each(halves)('%s is refused where an operation wants a cast', (dtype) => {
    const x = half(dtype, [1], [1]);
    const told = `float32 or float64 expected, got ${dtype} (inputs: ${dtype} [1])`;
    expect(() => square(x)).toThrow(failure('TENSOR_DTYPE', `square: ${told}`));
    expect(() => add(tensor([1, 2], [2]), x)).toThrow(failure('TENSOR_DTYPE', `(inputs: float32 [2], ${dtype} [1])`));
  });
});
