import { add, devices, memory, SeqError, sum, type TensorData, tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { failure } from './failure.js';

describe('tensor', () => {
  it.each<[string, TensorData]>([
    ['float32', Float32Array.of(1.5, -2)],
    ['float64', Float64Array.of(0.1, 2)],
    ['int32', Int32Array.of(-7, 7)],
    ['uint8', Uint8Array.of(0, 255)],
  ])('takes its dtype %s from the typed array and gives the same kind back', (dtype, data) => {
    const x = tensor(data);
    expect(x.dtype).toBe(dtype);
    expect(x.shape).toEqual([2]);
    expect(x.size).toBe(2);
    expect(x.toTypedArray()).toEqual(data);
  });

  it('rounds plain numbers to float32, or to the dtype that is asked for', () => {
    expect(tensor([0.1]).toTypedArray()).toEqual(Float32Array.of(0.1));
    expect(tensor([0.1], [1], { dtype: 'float64' }).toTypedArray()).toEqual(Float64Array.of(0.1));
    expect(tensor(Uint32Array.of(3), [1], { dtype: 'int32' }).toTypedArray()).toEqual(Int32Array.of(3));
    expect(tensor(Float64Array.of(0.1), [1], { dtype: 'float32' }).dtype).toBe('float32');
  });

  it('copies: later changes of the array do not show', () => {
    const data = Float32Array.of(1, 2);
    const x = tensor(data);
    data[0] = 9;
    const read = x.toTypedArray();
    read[1] = 9;
    expect([...x.toTypedArray()]).toEqual([1, 2]);
  });

  it('reads only its own part of a larger buffer', () => {
    const part = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    expect([...tensor(part).toTypedArray()]).toEqual([2, 3]);
  });

  it('may be empty or have no axes', () => {
    expect(tensor([], [0, 3]).size).toBe(0);
    expect(tensor([5], []).shape).toEqual([]);
    expect(tensor([5], []).item()).toBe(5);
  });

  it('refuses what cannot be a tensor, and says what was found', () => {
    expect(() => tensor([1, 2, 3], [2, 2])).toThrow(failure('TENSOR_SHAPE', 'tensor: 3 elements', '[2, 2]'));
    expect(() => tensor([1], [1.5])).toThrow(failure('TENSOR_SHAPE', 'tensor: ', 'size 1.5 of axis 0'));
    expect(() => tensor(Uint32Array.of(1))).toThrow(failure('TENSOR_DTYPE', 'tensor: ', 'Uint32Array'));
    const fraction = () => tensor([1, 2.5], [2], { dtype: 'int32' });
    expect(fraction).toThrow(failure('TENSOR_VALUE', 'tensor: int32 cannot hold 2.5 at position 1'));
    expect(() => tensor([256], [1], { dtype: 'uint8' })).toThrow(failure('TENSOR_VALUE', '256'));
    // @ts-expect-error there is no such device
    expect(() => tensor([1], [1], { device: 'cuda' })).toThrow(failure('DEVICE_NOT_AVAILABLE', 'cuda', 'cpu'));
  });

  it('lives on a device that this machine offers', () => {
    expect(devices()).toContain(tensor([1]).device);
  });

  it('gives its one element by item, and refuses if it has another number', () => {
    expect(tensor([4], [1, 1]).item()).toBe(4);
    expect(() => tensor([1, 2]).item()).toThrow(failure('TENSOR_SHAPE', 'item: ', '[2]'));
  });

  it('cannot be made by its constructor', () => {
    expect(Object.keys(tensor([1]))).toEqual([]);
  });
});

describe('a disposed tensor', () => {
  it('frees its memory at once, and doing it again does nothing', () => {
    const before = memory();
    const x = tensor(new Float32Array(1000));
    expect(memory().bytes - before.bytes).toBe(4000);
    expect(memory().liveTensors - before.liveTensors).toBe(1);
    x.dispose();
    x.dispose();
    expect(x.isDisposed).toBe(true);
    expect(memory().bytes).toBe(before.bytes);
    expect(memory().liveTensors).toBe(before.liveTensors);
  });

  it('throws TENSOR_DISPOSED with the name of what was asked', () => {
    const x = tensor([1, 2]);
    x.dispose();
    const y = tensor([1, 2]);
    expect(() => add(y, x)).toThrow(failure('TENSOR_DISPOSED', 'add: '));
    expect(() => sum(x)).toThrow(failure('TENSOR_DISPOSED'));
    expect(() => x.toTypedArray()).toThrow(failure('TENSOR_DISPOSED', 'toTypedArray: '));
    for (const read of [() => x.shape, () => x.dtype, () => x.size, () => x.device, () => x.needsGradient]) {
      expect(read).toThrow(failure('TENSOR_DISPOSED'));
    }
    for (const use of [() => x.item(), () => x.detach(), () => x.variable()]) {
      expect(use).toThrow(failure('TENSOR_DISPOSED'));
    }
  });

  it('is disposed by using when its block ends, also when that throws', () => {
    const before = memory();
    expect(() => {
      using x = tensor(new Float32Array(10));
      using y = add(x, x);
      throw new RangeError(`${y.size}`);
    }).toThrow(RangeError);
    expect(memory().liveTensors).toBe(before.liveTensors);
  });

  it('leaves others that share its elements alone', () => {
    const x = tensor([1, 2]);
    const y = x.detach();
    x.dispose();
    expect([...y.toTypedArray()]).toEqual([1, 2]);
  });
});

describe('errors', () => {
  it('are SeqErrors with code, details and the native cause', () => {
    let error: unknown;
    try {
      add(tensor([1, 2]), tensor([1, 2, 3]));
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(SeqError);
    expect(error).toMatchObject({ name: 'SeqError', code: 'TENSOR_SHAPE' });
    expect((error as SeqError).cause).toBeInstanceOf(Error);
  });
});
