import { argmax, backward, cast, max, mean, type ReduceOptions, sum, type Tensor, tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients, input } from './check-gradients.js';
import { expectClose } from './expect-close.js';
import { failure } from './failure.js';
import { indicesOf, sizeOf } from './numbers.js';

type Reduce = (x: Tensor, options?: ReduceOptions) => Tensor;

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const reductions: readonly { name: string; run: Reduce; formula: (values: readonly number[]) => number }[] = [
  { name: 'sum', run: sum, formula: total },
  { name: 'mean', run: mean, formula: (values) => total(values) / values.length },
  { name: 'max', run: max, formula: (values) => Math.max(...values) },
];

/** The values that fall on each element of the result, in order. */
function groups(data: readonly number[], shape: readonly number[], axes: readonly number[]): number[][] {
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const slots = Array.from({ length: sizeOf(kept) }, (): number[] => []);
  for (const [place, index] of indicesOf(shape).entries()) {
    const slot = kept.reduce((at, size, axis) => at * size + (axes.includes(axis) ? 0 : index[axis]!), 0);
    slots[slot]!.push(data[place]!);
  }
  return slots;
}

describe.each(reductions)('$name', ({ name, run, formula }) => {
  it.each([
    [[4, 3, 5], [0]],
    [[4, 3, 5], [1]],
    [[4, 3, 5], [2]],
    [
      [4, 3, 5],
      [0, 2],
    ],
    [[4, 3, 5], []],
    [[1, 7], [0]],
    [[0, 3], [1]],
    [[], []],
  ])('equals plain loops on shape %j over axes %j', (shape, axes) => {
    const { data } = input(shape, 4);
    const x = tensor(data, shape, { dtype: 'float64' });
    const expected = groups(data, shape, axes).map(formula);
    const dropped = run(x, { axes });
    expect(dropped.shape).toEqual(shape.filter((_, axis) => !axes.includes(axis)));
    expectClose(dropped.toTypedArray(), expected);
    const kept = run(x, { axes, keepAxes: true });
    expect(kept.shape).toEqual(shape.map((size, axis) => (axes.includes(axis) ? 1 : size)));
    expectClose(kept.toTypedArray(), expected);
  });

  it('reduces everything by default, and one axis by its number from either end', () => {
    const x = tensor(input([2, 3], 6).data, [2, 3], { dtype: 'float64' });
    expect(run(x).shape).toEqual([]);
    expect([...run(x, { axes: -1 }).toTypedArray()]).toEqual([...run(x, { axes: 1 }).toTypedArray()]);
  });

  it.each([[undefined], [0], [[0, 2]]])('has the gradient of its difference quotients over axes %j', (axes) => {
    const options = axes === undefined ? {} : { axes };
    checkGradients((x) => run(x, options), [input([3, 2, 4], 8)]);
    checkGradients((x) => run(x, { ...options, keepAxes: true }), [input([3, 2, 4], 9)]);
  });

  it('refuses axes that do not exist or repeat, and integers', () => {
    const x = tensor([1, 2], [1, 2]);
    expect(() => run(x, { axes: 2 })).toThrow(failure('TENSOR_SHAPE', `${name}: axis 2`, '[1, 2]'));
    expect(() => run(x, { axes: [0, -2] })).toThrow(failure('TENSOR_SHAPE', `${name}: `, '[0, 0]', '[1, 2]'));
    expect(() => run(tensor(Uint8Array.of(1)))).toThrow(failure('TENSOR_DTYPE', `${name}: `, 'uint8'));
  });
});

describe('empty ranges', () => {
  it('sum to 0, have no mean and no maximum', () => {
    const x = tensor([], [0, 2]);
    expect([...sum(x, { axes: 0 }).toTypedArray()]).toEqual([0, 0]);
    expect([...mean(x, { axes: 0 }).toTypedArray()]).toEqual([Number.NaN, Number.NaN]);
    expect(() => max(x, { axes: 0 })).toThrow(failure('TENSOR_SHAPE', 'max: ', '[0, 2]'));
  });
});

describe('max', () => {
  it('shares its gradient evenly among equal elements and passes a NaN on', () => {
    const x = tensor([3, 1, 3, 3], [4]).variable();
    expectClose(backward(max(x)).get(x)!.toTypedArray(), [1 / 3, 0, 1 / 3, 1 / 3], { absolute: 1e-7 });
    expect(max(tensor([1, Number.NaN])).item()).toBeNaN();
  });
});

describe('argmax', () => {
  it('gives the first position of the largest element along an axis', () => {
    const x = tensor([1, 5, 5, 7, 2, 3], [2, 3]);
    expect([...argmax(x).toTypedArray()]).toEqual([1, 0]);
    expect([...argmax(x, { axis: 0 }).toTypedArray()]).toEqual([1, 0, 0]);
    expect(argmax(x).dtype).toBe('int32');
  });

  it('has no gradient, and backward through it says so', () => {
    const x = tensor([1, 2]).variable();
    const loss = sum(cast(argmax(x), 'float32'));
    expect(() => backward(loss)).toThrow(failure('NOT_DIFFERENTIABLE'));
  });

  it('refuses an axis without elements', () => {
    expect(() => argmax(tensor([], [2, 0]))).toThrow(failure('TENSOR_SHAPE', 'argmax: ', '[2, 0]'));
  });
});
