import { backward, concat, expand, memory, pad, permute, reshape, slice, sum, tensor } from '@seq/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkGradients, input } from './check-gradients.js';
import { failure } from './failure.js';
import { indicesOf, placeOf, sizeOf } from './numbers.js';

/** The numbers 0, 1, 2, … in a shape. */
function counted(shape: readonly number[]) {
  return tensor(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => i),
    shape,
  );
}

const shapes = fc.array(fc.nat(4), { minLength: 1, maxLength: 4 });

describe('reshape', () => {
  it('keeps the order of elements', () => {
    const y = reshape(counted([2, 3]), [3, 1, 2]);
    expect(y.shape).toEqual([3, 1, 2]);
    expect([...y.toTypedArray()]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(reshape(counted([1]), []).shape).toEqual([]);
  });

  it('has the gradient of its difference quotients', () => {
    checkGradients((x) => reshape(x, [4, 3]), [input([2, 6])]);
  });

  it('refuses another number of elements and sizes that are no natural numbers', () => {
    expect(() => reshape(counted([2, 3]), [4])).toThrow(failure('TENSOR_SHAPE', 'reshape: ', '[2, 3], [4]'));
    expect(() => reshape(counted([2, 3]), [-1, 6])).toThrow(failure('TENSOR_SHAPE', 'reshape: ', 'size -1 of axis 0'));
  });
});

describe('permute', () => {
  it('for any shape and order of axes, moves every element to its place', () => {
    const orders = shapes.chain((shape) =>
      fc.tuple(fc.constant(shape), fc.shuffledSubarray([...shape.keys()], { minLength: shape.length })),
    );
    fc.assert(
      fc.property(orders, ([shape, axes]) => {
        using x = counted(shape);
        using y = permute(x, axes);
        expect(y.shape).toEqual(axes.map((axis) => shape[axis]!));
        const expected = indicesOf(y.shape).map((index) => {
          const from = shape.map((_, axis) => index[axes.indexOf(axis)]!);
          return placeOf(from, shape);
        });
        expect([...y.toTypedArray()]).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('has the gradient of its difference quotients', () => {
    checkGradients((x) => permute(x, [2, 0, -2]), [input([2, 3, 4])]);
  });

  it('refuses axes that repeat or are missing', () => {
    expect(() => permute(counted([2, 3]), [0, 0])).toThrow(failure('TENSOR_SHAPE', 'permute: ', '[2, 3]'));
    expect(() => permute(counted([2, 3]), [0])).toThrow(failure('TENSOR_SHAPE', 'permute: '));
    expect(() => permute(counted([2, 3]), [0, 5])).toThrow(failure('TENSOR_SHAPE', 'permute: axis 5'));
  });
});

describe('eight axes', () => {
  const shape = [2, 1, 3, 1, 2, 1, 2, 2];
  const axes = [7, 6, 5, 4, 3, 2, 1, 0];

  it('are moved, cut, stretched, joined and summed like few', () => {
    const x = counted(shape);
    const turned = permute(x, axes);
    expect(turned.shape).toEqual([...shape].reverse());
    expect(permute(turned, axes).toTypedArray()).toEqual(x.toTypedArray());
    const parts = [slice(x, 2, 0, 1), slice(x, 2, 1, 3)];
    expect(concat(parts, -6).toTypedArray()).toEqual(x.toTypedArray());
    const wide = expand(x, [2, 5, 3, 1, 2, 1, 2, 2]);
    expect(sum(wide, { axes: [1], keepAxes: true }).toTypedArray()).toEqual(x.toTypedArray().map((value) => 5 * value));
  });

  it('have the gradient of their difference quotients', () => {
    checkGradients((x) => sum(permute(x, axes), { axes: [0, 5] }), [input(shape)]);
  });
});

describe('slice', () => {
  it('takes a range of positions of any axis', () => {
    expect([...slice(counted([3, 2]), 0, 1, 3).toTypedArray()]).toEqual([2, 3, 4, 5]);
    expect([...slice(counted([3, 2]), -1, 1, 2).toTypedArray()]).toEqual([1, 3, 5]);
    expect(slice(counted([3, 2]), 0, 1, 1).shape).toEqual([0, 2]);
  });

  it('has the gradient of its difference quotients', () => {
    checkGradients((x) => slice(x, 1, 1, 3), [input([2, 4, 2])]);
  });

  it('refuses what is outside', () => {
    expect(() => slice(counted([3, 2]), 0, 1, 4)).toThrow(failure('TENSOR_SHAPE', 'slice: ', '1..4', '[3, 2]'));
    expect(() => slice(counted([3, 2]), 0, 2, 1)).toThrow(failure('TENSOR_SHAPE', 'slice: ', '2..1'));
    expect(() => slice(counted([3, 2]), 0, -1, 2)).toThrow(failure('TENSOR_VALUE', 'slice: start', '-1'));
    expect(() => slice(counted([3, 2]), 2, 0, 1)).toThrow(failure('TENSOR_SHAPE', 'slice: axis 2'));
  });
});

describe('concat', () => {
  it('for any cut of a tensor, puts the parts together again', () => {
    const cuts = shapes.chain((shape) =>
      fc.nat(shape.length - 1).chain((axis) => fc.tuple(fc.constant(shape), fc.constant(axis), fc.nat(shape[axis]!))),
    );
    fc.assert(
      fc.property(cuts, ([shape, axis, cut]) => {
        const x = counted(shape);
        const parts = [slice(x, axis, 0, cut), slice(x, axis, cut, shape[axis]!)];
        expect([...concat(parts, axis).toTypedArray()]).toEqual([...x.toTypedArray()]);
      }),
      { numRuns: 60 },
    );
  });

  it('has the gradient of its difference quotients', () => {
    checkGradients((a, b, c) => concat([a, b, c], 1), [input([2, 1, 2], 1), input([2, 3, 2], 2), input([2, 2, 2], 3)]);
  });

  it('adds up the gradients of an input that is used twice', () => {
    const x = tensor([1, 2]).variable();
    expect([
      ...backward(sum(concat([x, x], 0)))
        .get(x)!
        .toTypedArray(),
    ]).toEqual([2, 2]);
  });

  it('refuses nothing, other sizes and other dtypes', () => {
    expect(() => concat([], 0)).toThrow(failure('TENSOR_SHAPE', 'concat: ', 'none'));
    const differing = () => concat([counted([2, 3]), counted([2, 2])], 0);
    expect(differing).toThrow(failure('TENSOR_SHAPE', 'concat: ', '[2, 3], [2, 2]'));
    expect(() => concat([counted([2]), tensor(Int32Array.of(1))], 0)).toThrow(failure('TENSOR_DTYPE', 'concat: '));
  });
});

describe('pad', () => {
  it('for any tensor and axis, puts positions of one value at both ends, and slice takes them off again', () => {
    const places = shapes.chain((shape) =>
      fc.tuple(fc.constant(shape), fc.nat(shape.length - 1), fc.nat(3), fc.nat(3), fc.integer({ min: -9, max: 9 })),
    );
    fc.assert(
      fc.property(places, ([shape, axis, before, after, value]) => {
        using x = counted(shape);
        using y = pad(x, axis, before, after, { value });
        const length = shape[axis]!;
        expect(y.shape).toEqual(shape.map((size, i) => (i === axis ? before + size + after : size)));
        const expected = indicesOf(y.shape).map((index) => {
          const place = index[axis]! - before;
          if (place < 0 || place >= length) return value;
          return placeOf(
            index.map((i, at) => (at === axis ? place : i)),
            shape,
          );
        });
        expect([...y.toTypedArray()]).toEqual(expected);
        using again = slice(y, axis, before, before + length);
        expect(again.toTypedArray()).toEqual(x.toTypedArray());
      }),
      { numRuns: 60 },
    );
  });

  it('takes 0 unless told, counts axes from the last, and keeps every dtype', () => {
    expect([...pad(counted([2, 2]), -1, 0, 1).toTypedArray()]).toEqual([0, 1, 0, 2, 3, 0]);
    for (const dtype of ['float64', 'float16', 'bfloat16', 'int32', 'uint8'] as const) {
      const y = pad(tensor([1, 2], [2], { dtype }), 0, 1, 1, { value: 7 });
      expect([y.dtype, ...y.toTypedArray()]).toEqual([dtype, 7, 1, 2, 7]);
    }
    expect(pad(tensor([1n, 2n]), 0, 1, 1, { value: 7 }).toBigInt64Array()).toEqual(BigInt64Array.of(7n, 1n, 2n, 7n));
  });

  it('has the gradient of its difference quotients', () => {
    checkGradients((x) => pad(x, 1, 2, 1, { value: 3 }), [input([2, 3, 2])]);
  });

  it('leaves nothing behind but its result, and refuses what cannot be', () => {
    const x = counted([2, 3]);
    const { liveTensors } = memory();
    pad(x, 0, 1, 1).dispose();
    expect(memory().liveTensors).toBe(liveTensors);
    expect(() => pad(x, 2, 1, 1)).toThrow(failure('TENSOR_SHAPE', 'pad: axis 2', 'float32 [2, 3]'));
    expect(() => pad(x, 0, -1, 1)).toThrow(failure('TENSOR_VALUE', 'pad: before', '-1', 'float32 [2, 3]'));
    expect(() => pad(x, 0, 1, 0.5)).toThrow(failure('TENSOR_VALUE', 'pad: after', '0.5'));
    expect(() => pad(x, 0, 1, 0, { value: Number.NaN })).toThrow(failure('TENSOR_VALUE', 'pad: value', 'NaN'));
    const halves = () => pad(tensor(Int32Array.of(1)), 0, 1, 0, { value: 0.5 });
    expect(halves).toThrow(failure('TENSOR_VALUE', 'pad: int32 cannot hold 0.5', 'int32 [1]'));
  });
});

describe('expand', () => {
  it('repeats axes of size 1 and new leading axes', () => {
    const y = expand(counted([3, 1]), [2, 3, 2]);
    expect(y.shape).toEqual([2, 3, 2]);
    expect([...y.toTypedArray()]).toEqual([0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2]);
  });

  it('has the gradient of its difference quotients', () => {
    checkGradients((x) => expand(x, [2, 3, 4]), [input([3, 1])]);
    checkGradients((x) => expand(x, [0, 3]), [input([3])]);
  });

  it('refuses a shape that repetition does not reach', () => {
    expect(() => expand(counted([2, 3]), [2, 6])).toThrow(failure('TENSOR_SHAPE', 'expand: ', '[2, 3], [2, 6]'));
    expect(() => expand(counted([2, 3]), [3])).toThrow(failure('TENSOR_SHAPE', 'expand: ', '[2, 3], [3]'));
  });
});
