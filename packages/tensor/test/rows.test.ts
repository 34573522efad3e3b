import {
  argmax,
  backward,
  type DropoutStream,
  dropout,
  embedSequences,
  gatherRows,
  matmul,
  mul,
  oneHot,
  pairwiseDistance,
  scatterAddRows,
  sum,
  tensor,
} from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients, input } from './check-gradients.js';
import { expectClose } from './expect-close.js';
import { failure } from './failure.js';

describe('gatherRows', () => {
  const indices = Uint32Array.of(2, 0, 2, 2);

  it('takes rows in the order of the indices, of any dtype and rank', () => {
    const table = tensor(Int32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
    expect([...gatherRows(table, indices).toTypedArray()]).toEqual([5, 6, 1, 2, 5, 6, 5, 6]);
    expect(gatherRows(tensor([1, 2, 3], [3]), indices).shape).toEqual([4]);
    expect(gatherRows(table, new Uint32Array(0)).shape).toEqual([0, 2]);
  });

  it('has the gradient of its difference quotients', () => {
    checkGradients((x) => gatherRows(x, indices), [input([3, 2, 2])]);
  });

  it('refuses indices outside, naming the first and their number', () => {
    const mistake = () => gatherRows(tensor([1, 2, 3], [3, 1]), Uint32Array.of(0, 3, 9));
    expect(mistake).toThrow(failure('TENSOR_INDEX', 'gatherRows: index 3 at position 1', '0..3', '2 such'));
    expect(() => gatherRows(tensor([1], []), indices)).toThrow(failure('TENSOR_SHAPE', 'gatherRows: '));
  });
});

describe('oneHot', () => {
  it('gives each class a row with a 1 at its place, in any shape and dtype', () => {
    const x = tensor(Int32Array.of(2, 0, 1, 2), [2, 2]);
    const rows = oneHot(x, 3);
    expect([rows.dtype, rows.shape]).toEqual(['float32', [2, 2, 3]]);
    expect([...rows.toTypedArray()]).toEqual([0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
    for (const dtype of ['float64', 'bfloat16', 'int32', 'uint8'] as const) {
      const one = oneHot(tensor(Uint8Array.of(1), []), 2, { dtype });
      expect([one.dtype, one.shape, ...one.toTypedArray()]).toEqual([dtype, [2], 0, 1]);
    }
    expect(oneHot(tensor(new Int32Array(0)), 4).shape).toEqual([0, 4]);
  });

  it('undoes argmax, and picks rows as gathering does', () => {
    const table = tensor(
      Float64Array.from({ length: 12 }, (_, i) => Math.sin(i)),
      [4, 3],
    );
    const classes = Int32Array.of(3, 1, 1, 0);
    const picked = matmul(oneHot(tensor(classes), 4, { dtype: 'float64' }), table);
    expect(picked.toTypedArray()).toEqual(gatherRows(table, Uint32Array.from(classes)).toTypedArray());
    expect([...argmax(oneHot(tensor(classes), 4)).toTypedArray()]).toEqual([...classes]);
  });

  it('refuses floats, classes outside, naming the first and their number, and no classes', () => {
    const x = tensor(Int32Array.of(0, 3, 1, -1));
    expect(() => oneHot(x, 3)).toThrow(
      failure('TENSOR_INDEX', 'oneHot: index 3 at position 1', '0..3', '2 such', 'int32 [4]'),
    );
    expect(() => oneHot(tensor([0, 1]), 2)).toThrow(failure('TENSOR_DTYPE', 'oneHot: ', 'float32 [2]'));
    expect(() => oneHot(x, 0)).toThrow(failure('TENSOR_VALUE', 'oneHot: classCount', 'int32 [4]'));
  });
});

describe('scatterAddRows', () => {
  const indices = Uint32Array.of(1, 3, 1, 0, 1);

  it('adds rows at their destinations and leaves the others 0', () => {
    const { data } = input([5, 2], 4);
    const expected = [0, 1, 2, 3].flatMap((row) =>
      [0, 1].map((column) =>
        data.reduce((total, x, i) => (indices[i >> 1] === row && i % 2 === column ? total + x : total), 0),
      ),
    );
    const y = scatterAddRows(tensor(data, [5, 2], { dtype: 'float64' }), indices, { rowCount: 4 });
    expect(y.shape).toEqual([4, 2]);
    expectClose(y.toTypedArray(), expected);
  });

  it('has the gradient of its difference quotients', () => {
    checkGradients((x) => scatterAddRows(x, indices, { rowCount: 5 }), [input([5, 3])]);
  });

  it('refuses another number of indices, destinations outside and strange row counts', () => {
    const x = tensor([1, 2], [2, 1]);
    expect(() => scatterAddRows(x, indices, { rowCount: 4 })).toThrow(
      failure('TENSOR_SHAPE', 'scatterAddRows: ', '5', '[2, 1]'),
    );
    const outside = () => scatterAddRows(x, Uint32Array.of(0, 1), { rowCount: 1 });
    expect(outside).toThrow(failure('TENSOR_INDEX', 'scatterAddRows: index 1 at position 1'));
    const strange = () => scatterAddRows(x, Uint32Array.of(0, 1), { rowCount: 1.5 });
    expect(strange).toThrow(failure('TENSOR_VALUE', 'scatterAddRows: rowCount', '1.5'));
  });
});

describe('embedSequences', () => {
  const tokens = Int32Array.of(2, 0, 1, 2, 2);
  const offsets = Uint32Array.of(0, 3, 3, 5);
  const positions = [0, 1, 2, 0, 1];

  it('adds the row of the token and the row of the position in its sequence', () => {
    const table = input([3, 2], 1);
    const places = input([4, 2], 2);
    const expected = [...tokens].flatMap((token, t) =>
      [0, 1].map((d) => table.data[2 * token + d]! + places.data[2 * positions[t]! + d]!),
    );
    const double = { dtype: 'float64' } as const;
    const y = embedSequences(tokens, offsets, tensor(table.data, [3, 2], double), tensor(places.data, [4, 2], double));
    expect(y.shape).toEqual([5, 2]);
    expectClose(y.toTypedArray(), expected);
  });

  it('has the gradient of its difference quotients', () => {
    checkGradients(
      (table, places) => embedSequences(tokens, offsets, table, places),
      [input([3, 2]), input([4, 2], 3)],
    );
  });

  it('refuses tokens outside, offsets that do not fit and sequences that are too long', () => {
    const table = tensor(new Float32Array(6), [3, 2]);
    const short = tensor(new Float32Array(4), [2, 2]);
    const run = (some: Int32Array, at: Uint32Array, places = table) => embedSequences(some, at, table, places);
    expect(() => run(Int32Array.of(0, 3), Uint32Array.of(0, 2))).toThrow(
      failure('TENSOR_INDEX', 'index 3 at position 1'),
    );
    expect(() => run(Int32Array.of(-1), Uint32Array.of(0, 1))).toThrow(failure('TENSOR_INDEX', 'index -1'));
    expect(() => run(tokens, Uint32Array.of(0, 4))).toThrow(failure('TENSOR_VALUE', 'embedSequences: ', '5', '4'));
    expect(() => run(tokens, offsets, short)).toThrow(failure('TENSOR_VALUE', 'embedSequences: ', 'sequence 0'));
    expect(() => run(tokens, offsets, tensor(new Float32Array(8), [8, 1]))).toThrow(failure('TENSOR_SHAPE'));
  });
});

describe('dropout', () => {
  const stream: DropoutStream = { probability: 0.3, seed: 5, step: 2, site: 7, sequenceIds: Uint32Array.of(10, 20) };
  const offsets = Uint32Array.of(0, 300, 500);
  const ones = tensor(new Float32Array(1000).fill(1), [500, 2]);

  it('zeroes about the asked share and scales the rest to keep the mean', () => {
    const y = [...dropout(ones, offsets, stream).toTypedArray()];
    const scale = Math.fround(1 / 0.7);
    expect(y.every((value) => value === 0 || value === scale)).toBe(true);
    const dropped = y.filter((value) => value === 0).length / y.length;
    expect(Math.abs(dropped - 0.3)).toBeLessThanOrEqual(0.05);
  });

  it('gives a sequence the same drops in any batch, and others for another id, step, site or seed', () => {
    const whole = dropout(ones, offsets, stream).toTypedArray();
    const alone = (change: Partial<DropoutStream>) => {
      const x = tensor(new Float32Array(400).fill(1), [200, 2]);
      const one = { ...stream, sequenceIds: Uint32Array.of(20), ...change };
      return [...dropout(x, Uint32Array.of(0, 200), one).toTypedArray()];
    };
    const part = [...whole.subarray(600)];
    expect(alone({})).toEqual(part);
    for (const change of [{ sequenceIds: Uint32Array.of(21) }, { step: 3 }, { site: 8 }, { seed: 6 }]) {
      expect(alone(change)).not.toEqual(part);
    }
  });

  it('uses the upper half of a large seed', () => {
    const at = (seed: number) => [...dropout(ones, offsets, { ...stream, seed }).toTypedArray()];
    expect(at(5 + 2 ** 52)).not.toEqual(at(5));
  });

  it('sends gradients through the elements that stayed, by the same mask', () => {
    const x = tensor(new Float32Array(1000).fill(2), [500, 2]).variable();
    const y = dropout(x, offsets, stream);
    const gradient = backward(sum(mul(y, y))).get(x)!;
    const scale = Math.fround(1 / 0.7);
    const expected = Array.from(y.toTypedArray(), (value) => (value === 0 ? 0 : 2 * value * scale));
    expectClose(gradient.toTypedArray(), expected, { absolute: 1e-6, relative: 1e-6 });
    checkGradients((z) => dropout(z, Uint32Array.of(0, 3, 5), stream), [input([5, 4])]);
  });

  it('with probability 0 keeps everything', () => {
    expect([...dropout(ones, offsets, { ...stream, probability: 0 }).toTypedArray()]).toEqual([...ones.toTypedArray()]);
  });

  it('refuses probabilities, seeds and ids out of range', () => {
    const run = (change: Partial<DropoutStream>) => () => dropout(ones, offsets, { ...stream, ...change });
    expect(run({ probability: 1 })).toThrow(failure('TENSOR_VALUE', 'dropout: probability', 'got 1'));
    expect(run({ probability: Number.NaN })).toThrow(failure('TENSOR_VALUE', 'dropout: probability', 'NaN'));
    expect(run({ seed: 2 ** 53 })).toThrow(failure('TENSOR_VALUE', 'dropout: seed'));
    expect(run({ step: -1 })).toThrow(failure('TENSOR_VALUE', 'dropout: step', '-1'));
    expect(run({ sequenceIds: Uint32Array.of(1) })).toThrow(
      failure('TENSOR_VALUE', 'dropout: ', '2 sequences', 'got 1'),
    );
  });
});

describe('pairwiseDistance', () => {
  it('equals plain loops in condensed order', () => {
    const { data } = input([5, 3], 2);
    const expected: number[] = [];
    for (let i = 0; i < 5; i++) {
      for (let j = i + 1; j < 5; j++) {
        expected.push(Math.hypot(...[0, 1, 2].map((k) => data[3 * i + k]! - data[3 * j + k]!)));
      }
    }
    expectClose(pairwiseDistance(tensor(data, [5, 3], { dtype: 'float64' })).toTypedArray(), expected);
  });

  it.each([0, 1])('of %i rows is empty', (rows) => {
    expect(pairwiseDistance(tensor(new Float32Array(rows * 2), [rows, 2])).shape).toEqual([0]);
  });

  it('has the gradient of its difference quotients', () => {
    checkGradients(pairwiseDistance, [input([4, 3])]);
  });

  it('has a floor of 1e-4 under the distance and no gradient there', () => {
    const x = tensor([1, 1, 1, 1], [2, 2], { dtype: 'float64' }).variable();
    const distance = pairwiseDistance(x);
    expectClose(distance.toTypedArray(), [1e-4]);
    expect([...backward(sum(distance)).get(x)!.toTypedArray()]).toEqual([0, 0, 0, 0]);
  });

  it('refuses rows that are not finite, naming the first', () => {
    const mistake = () => pairwiseDistance(tensor([1, 2, Number.NaN, 1], [2, 2]));
    expect(mistake).toThrow(failure('TENSOR_VALUE', 'pairwiseDistance: ', '1'));
  });
});
