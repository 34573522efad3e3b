import {
  argmax,
  backward,
  cast,
  checkpoint,
  concat,
  equal,
  gatherRows,
  greater,
  mul,
  neg,
  oneHot,
  permute,
  reshape,
  slice,
  sum,
  type Tensor,
  tensor,
  whereMask,
} from '@seq/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from './failure.js';

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** Anything that 64 bits hold, often near a power of two or an end of the range. */
const integer = fc.oneof(
  fc.bigInt({ min: LEAST, max: MOST }),
  fc
    .record({ power: fc.integer({ min: 0, max: 62 }), near: fc.bigInt({ min: -2n, max: 2n }), down: fc.boolean() })
    .map(({ power, near, down }) => (down ? -(2n ** BigInt(power)) : 2n ** BigInt(power)) + near),
);

describe('an int64 tensor', () => {
  it('gives back every integer of its range', () => {
    fc.assert(
      fc.property(fc.array(integer, { minLength: 1 }), (values) => {
        for (const data of [values, BigInt64Array.from(values)]) {
          const x = tensor(data);
          expect([x.dtype, x.shape]).toEqual(['int64', [values.length]]);
          expect([...x.toBigInt64Array()]).toEqual(values);
        }
      }),
    );
    expect([...tensor([LEAST, MOST]).toBigInt64Array()]).toEqual([LEAST, MOST]);
    expect(tensor(new BigInt64Array(0), [0, 2]).dtype).toBe('int64');
  });

  it('is made from whole numbers where it is asked for, and is no default of numbers', () => {
    const from = (data: ArrayLike<number> | ArrayLike<bigint>) => [
      ...tensor(data, [2], { dtype: 'int64' }).toBigInt64Array(),
    ];
    expect(from([-3, 2 ** 53])).toEqual([-3n, 2n ** 53n]);
    expect(from(Float64Array.of(0, -(2 ** 63)))).toEqual([0n, LEAST]);
    expect(from(Uint8Array.of(1, 255))).toEqual([1n, 255n]);
    expect(from(BigUint64Array.of(1n, 7n))).toEqual([1n, 7n]);
    expect(tensor([1, 2]).dtype).toBe('float32');
    expect(tensor([]).dtype).toBe('float32');
  });

  it('gives other dtypes their integers, and floats by rounding once', () => {
    const x = [5n, 2n ** 60n + 2n ** 36n + 1n];
    expect(tensor(x, [2], { dtype: 'float32' }).toTypedArray()).toEqual(Float32Array.of(5, 2 ** 60 + 2 ** 37));
    expect(tensor(x, [2], { dtype: 'float64' }).toTypedArray()).toEqual(Float64Array.from(x, Number));
    expect(tensor([5n, 255n], [2], { dtype: 'uint8' }).toTypedArray()).toEqual(Uint8Array.of(5, 255));
    expect(tensor([-5n], [1], { dtype: 'bfloat16' }).item()).toBe(-5);
  });

  it('refuses what 64 bits cannot hold, and what the dtype cannot', () => {
    const refused = (
      data: ArrayLike<number> | ArrayLike<bigint>,
      found: string,
      dtype: 'int64' | 'int32' | 'float32',
    ) => {
      expect(() => tensor(data, [data.length], { dtype })).toThrow(failure('TENSOR_VALUE', `tensor: ${dtype}`, found));
    };
    refused([1n, MOST + 1n], '9223372036854775808 at position 1', 'int64');
    refused([LEAST - 1n], '-9223372036854775809 at position 0', 'int64');
    refused(BigUint64Array.of(2n ** 64n - 1n), '18446744073709551615', 'int64');
    refused([2 ** 63], '9223372036854776000', 'int64');
    refused([0, 0.5], '0.5 at position 1', 'int64');
    refused([Number.NaN], 'NaN', 'int64');
    refused([2n ** 31n], '2147483648', 'int32');
    refused(BigInt64Array.of(0n, 2n ** 31n), '2147483648 at position 1', 'int32');
    refused([2n ** 70n], '1180591620717411303424', 'float32');
    expect(() => tensor(BigUint64Array.of(1n))).toThrow(failure('TENSOR_DTYPE', 'BigUint64Array'));
    expect(() => tensor([1n, 2n, 3n], [2, 2])).toThrow(failure('TENSOR_SHAPE', 'tensor: 3 elements', '[2, 2]'));
  });

  it('is read as bigints only, but for one element that a number holds', () => {
    const x = tensor([1n, 2n]);
    expect(() => x.toTypedArray()).toThrow(failure('TENSOR_DTYPE', 'toTypedArray: ', 'toBigInt64Array', 'float64'));
    expect(() => tensor([1]).toBigInt64Array()).toThrow(failure('TENSOR_DTYPE', 'toBigInt64Array: ', 'float32'));
    expect(tensor([-(2n ** 53n) + 1n]).item()).toBe(Number.MIN_SAFE_INTEGER);
    expect(() => tensor([2n ** 53n]).item()).toThrow(failure('TENSOR_VALUE', 'item: ', '9007199254740992'));
    expect(() => x.item()).toThrow(failure('TENSOR_SHAPE', 'item: '));
    x.dispose();
    expect(() => x.toBigInt64Array()).toThrow(failure('TENSOR_DISPOSED', 'toBigInt64Array: '));
  });
});

describe('operations on int64', () => {
  const x = tensor([1n, MOST, LEAST, 4n, 5n, 6n], [3, 2]);
  const read = (y: Tensor) => [y.dtype, ...y.toBigInt64Array()];

  it('move elements as they are', () => {
    expect(read(gatherRows(x, Uint32Array.of(2, 0, 0)))).toEqual(['int64', 5n, 6n, 1n, MOST, 1n, MOST]);
    expect(read(slice(x, 0, 1, 2))).toEqual(['int64', LEAST, 4n]);
    expect(read(permute(x, [1, 0]))).toEqual(['int64', 1n, LEAST, 5n, MOST, 4n, 6n]);
    expect(read(reshape(slice(x, 0, 0, 1), [2]))).toEqual(['int64', 1n, MOST]);
    expect(read(concat([slice(x, 1, 1, 2), slice(x, 1, 1, 2)], 1))).toEqual(['int64', MOST, MOST, 4n, 4n, 6n, 6n]);
    expect(read(x.detach())).toEqual(read(x));
  });

  it('compare integers that no double tells apart', () => {
    const [a, b] = [tensor([MOST, MOST - 1n]), tensor([MOST])];
    expect([...equal(a, b).toTypedArray()]).toEqual([1, 0]);
    expect([...greater(b, a).toTypedArray()]).toEqual([0, 1]);
    expect(() => equal(a, tensor([1]))).toThrow(failure('TENSOR_DTYPE', 'equal: ', 'int64 [2]', 'float32 [1]'));
  });

  it('cast as conversion of the language does', () => {
    fc.assert(
      fc.property(fc.array(integer, { minLength: 1 }), (values) => {
        const x = tensor(values);
        expect(cast(x, 'float64').toTypedArray()).toEqual(Float64Array.from(values, Number));
        const ends = (low: bigint, high: bigint) =>
          values.map((value) => Number(value < low ? low : value > high ? high : value));
        expect([...cast(x, 'int32').toTypedArray()]).toEqual(ends(-(2n ** 31n), 2n ** 31n - 1n));
        expect([...cast(x, 'uint8').toTypedArray()]).toEqual(ends(0n, 255n));
        for (const [i, value] of cast(x, 'float32').toTypedArray().entries()) {
          const distance = (candidate: number) => {
            const difference = BigInt(candidate) - values[i]!;
            return difference < 0n ? -difference : difference;
          };
          const step = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(value)))) - 24);
          for (const other of [value - step, value + step].map(Math.fround)) {
            expect(distance(value) <= distance(other)).toBe(true);
          }
        }
      }),
    );
    const floats = tensor([1.9, -1.9, 1e19, -1e19, Number.NaN]);
    expect([...cast(floats, 'int64').toBigInt64Array()]).toEqual([1n, -1n, MOST, LEAST, 0n]);
    expect([...cast(tensor(Int32Array.of(-7)), 'int64').toBigInt64Array()]).toEqual([-7n]);
  });

  it('have no gradient', () => {
    const v = tensor([1.5]).variable();
    expect(() => backward(sum(cast(cast(v, 'int64'), 'float32')))).toThrow(failure('NOT_DIFFERENTIABLE', 'cast'));
  });

  it('pick classes', () => {
    expect([...oneHot(tensor([2n, 0n]), 3).toTypedArray()]).toEqual([0, 0, 1, 1, 0, 0]);
    const outside = () => oneHot(tensor([0n, MOST, -1n]), 3);
    expect(outside).toThrow(failure('TENSOR_INDEX', 'oneHot: ', 'position 1', '2 such', 'int64 [3]'));
    expect(oneHot(tensor([1n]), 2, { dtype: 'int64' }).toBigInt64Array()).toEqual(BigInt64Array.of(0n, 1n));
    const classes = cast(argmax(tensor([0, 3, 1])), 'int64');
    expect(classes.item()).toBe(1);
  });

  it('refuse to compute, naming the dtype', () => {
    for (const work of [() => mul(x, x), () => neg(x), () => sum(x), () => argmax(x)]) {
      expect(work).toThrow(failure('TENSOR_DTYPE', 'int64 [3, 2]'));
    }
    const mask = tensor(Uint8Array.of(1, 0));
    expect(() => whereMask(mask, x, x)).toThrow(failure('TENSOR_DTYPE', 'whereMask: ', 'int64'));
  });

  it('pass through a checkpoint', () => {
    const v = tensor([2, 3]).variable();
    const [y, keys] = checkpoint((v, x) => [mul(v, v), slice(x, 0, 0, 1)], [v, x]);
    expect(read(keys)).toEqual(['int64', 1n, MOST]);
    expect([...backward(sum(y)).get(v)!.toTypedArray()]).toEqual([4, 6]);
  });
});
