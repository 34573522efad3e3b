import {
  backward,
  type DropoutStream,
  encoder,
  gatherRows,
  memory,
  type PackedSequences,
  type ProductPrecision,
  type RecomputePolicy,
  setThreads,
  sum,
  type Tensor,
  tensor,
} from '@seq/tensor';
import { afterEach, describe, expect, it } from 'vitest';
import { checkGradients } from './check-gradients.js';
import { expectClose } from './expect-close.js';
import { failure } from './failure.js';
import {
  bySequence,
  HEADS,
  HIDDEN,
  rowsOf,
  sequences,
  stack,
  stackParameters,
  stream,
  toTensor,
  unmasked,
  WIDTH,
  x,
} from './plain-attention.js';

afterEach(() => setThreads(0));

describe('encoder', () => {
  const options = { heads: HEADS, activation: 'relu' } as const;

  it.each([0, 1, 2])('of %i layers equals plain loops', (layers) => {
    const parameters = stackParameters(layers);
    for (const packed of [sequences, unmasked]) {
      const expected = bySequence(rowsOf(x), packed, (rows, shown) => stack(rows, shown, parameters));
      const y = encoder(toTensor(x), packed, parameters.map(toTensor), options);
      expect(y.shape).toEqual([8, WIDTH]);
      expectClose(y.toTypedArray(), expected.flat(), { absolute: 1e-10 });
    }
  });

  it.each(['gelu', 'relu'] as const)('with %s has the gradient of its difference quotients', (activation) => {
    checkGradients(
      (rows, ...parameters) => encoder(rows, sequences, parameters, { heads: HEADS, activation }),
      [x, ...stackParameters(1)],
    );
  });

  it('with dropout has the gradient of its difference quotients', () => {
    checkGradients(
      (rows, ...parameters) => encoder(rows, sequences, parameters, { heads: HEADS, dropout: stream }),
      [x, ...stackParameters(1)],
    );
  });

  /** Output and all gradients of a pass in float32. */
  function pass(more: {
    recompute?: RecomputePolicy;
    dropout?: DropoutStream;
    precision?: ProductPrecision;
  }): number[][] {
    const rows = tensor(x.data, x.shape).variable();
    const parameters = stackParameters(2).map(({ data, shape }) => tensor(data, shape).variable());
    const y = encoder(rows, sequences, parameters, { heads: HEADS, ...more });
    const weighted = sum(gatherRows(y, Uint32Array.of(0, 1, 4, 4, 7)));
    const gradients = backward(weighted);
    return [y, ...[rows, ...parameters].map((one) => gradients.get(one)!)].map((one) => [...one.toTypedArray()]);
  }

  it('holds what its policy keeps until backward, and nothing afterwards', () => {
    const rows = tensor(x.data, x.shape).variable();
    const parameters = stackParameters(2).map(({ data, shape }) => tensor(data, shape).variable());
    const before = memory().bytes;
    const rowCount = x.shape[0]!;
    const perRow = { none: 0, boundary: WIDTH, selective: 6 * WIDTH + 2 * HEADS + HIDDEN };
    const numbers = { ...perRow, all: perRow.selective + 2 * WIDTH + 2 * HIDDEN };
    for (const [recompute, expected] of Object.entries(numbers) as [RecomputePolicy, number][]) {
      const y = encoder(rows, sequences, parameters, { heads: HEADS, recompute });
      const outputAndMask = 4 * rowCount * WIDTH + rowCount;
      expect(memory().bytes - before - outputAndMask).toBe(4 * 2 * rowCount * expected);
      const loss = sum(y);
      using _gradients = backward(loss);
      y.dispose();
      loss.dispose();
    }
    expect(memory().bytes).toBe(before);
  });

  it('rounds the factors of products to bf16 where it is told to, and no more than that', () => {
    for (const more of [{}, { dropout: stream }]) {
      const full = pass(more);
      const rounded = pass({ ...more, precision: 'bf16' });
      expect(rounded).not.toEqual(full);
      rounded.forEach((found, i) => {
        const largest = Math.max(...full[i]!.map(Math.abs));
        // A rounding moves a factor by up to 2^-9 of itself; those of two layers in a row and back stay below 6 %.
        expectClose(found, full[i]!, { absolute: 0.06 * largest + 1e-6 });
      });
      expect(pass({ ...more, precision: 'f32' })).toEqual(full);
    }
  });

  it('gives the same bits with bf16 whatever is kept for backward, and for any number of threads', () => {
    const more = { dropout: stream, precision: 'bf16' } as const;
    const all = pass({ ...more, recompute: 'all' });
    for (const recompute of ['none', 'boundary', 'selective'] as const) {
      setThreads(recompute === 'none' ? 3 : 1);
      expect(pass({ ...more, recompute })).toEqual(all);
    }
  });

  it('names the precisions that there are', () => {
    const parameters = stackParameters(1).map(toTensor);
    const precision = 'f8' as ProductPrecision;
    expect(() => encoder(toTensor(x), sequences, parameters, { heads: HEADS, precision })).toThrow(
      failure('TENSOR_VALUE', 'precision is "f8"; give one of f32, bf16'),
    );
  });

  it('names the policies that there are', () => {
    const parameters = stackParameters(1).map(toTensor);
    const recompute = 'some' as RecomputePolicy;
    expect(() => encoder(toTensor(x), sequences, parameters, { heads: HEADS, recompute })).toThrow(
      failure('TENSOR_VALUE', 'recompute is "some"; give one of none, boundary, selective, all'),
    );
  });

  it('gives the same bits whatever is kept for backward, and for any number of threads', () => {
    for (const dropout of [undefined, stream]) {
      const more = dropout === undefined ? {} : { dropout };
      const all = pass({ ...more, recompute: 'all' });
      for (const recompute of ['none', 'boundary', 'selective'] as const) {
        expect(pass({ ...more, recompute })).toEqual(all);
      }
      setThreads(3);
      expect(pass(more)).toEqual(all);
      setThreads(1);
      expect(pass(more)).toEqual(all);
    }
  });

  it('gives a sequence the same bits alone as in a batch, with dropout too', () => {
    const parameters = stackParameters(2).map(({ data, shape }) => tensor(data, shape));
    const rows = tensor(x.data, x.shape);
    const last = Uint32Array.of(5, 6, 7);
    for (const dropout of [undefined, stream]) {
      const whole = encoder(rows, sequences, parameters, { heads: HEADS, dropout });
      const alone = encoder(
        gatherRows(rows, last),
        { offsets: Uint32Array.of(0, 3), keyMask: sequences.keyMask!.subarray(5) },
        parameters,
        { heads: HEADS, dropout: dropout && { ...dropout, sequenceIds: Uint32Array.of(8) } },
      );
      expect(alone.toTypedArray()).toEqual(gatherRows(whole, last).toTypedArray());
    }
  });

  it('uses gelu by default, and other drops for another step', () => {
    const run = (more: object) => pass(more)[0];
    expect(run({})).toEqual(run({ activation: 'gelu' }));
    expect(run({})).not.toEqual(run({ activation: 'relu' }));
    expect(run({ dropout: stream })).not.toEqual(run({ dropout: { ...stream, step: 4 } }));
  });

  it('refuses what does not fit, naming it', () => {
    const parameters = stackParameters(1).map(toTensor);
    const run = (packed: PackedSequences, some: Tensor[], heads: number) => () =>
      encoder(toTensor(x), packed, some, { heads });
    expect(run(sequences, parameters.slice(1), 2)).toThrow(failure('TENSOR_VALUE', 'encoder: ', '13'));
    expect(run(sequences, parameters, 4)).toThrow(failure('TENSOR_VALUE', 'encoder: ', 'width 6 and 4 heads'));
    expect(run(sequences, parameters, 0.5)).toThrow(failure('TENSOR_VALUE', 'encoder: heads', '0.5'));
    expect(run({ offsets: Uint32Array.of(0, 9) }, parameters, 2)).toThrow(
      failure('TENSOR_VALUE', 'encoder: ', '8', '9'),
    );
    const short = { offsets: sequences.offsets, keyMask: Uint8Array.of(1) };
    expect(run(short, parameters, 2)).toThrow(failure('TENSOR_SHAPE', 'encoder: ', '[8, 6], [1]'));
    const swapped = [...parameters];
    swapped[0] = parameters[2]!;
    expect(run(sequences, swapped, 2)).toThrow(failure('TENSOR_SHAPE', 'encoder: ', '[6, 6]'));
    const single = [tensor(parameters[0]!.toTypedArray(), [18, 6], { dtype: 'float32' }), ...parameters.slice(1)];
    expect(run(sequences, single, 2)).toThrow(failure('TENSOR_DTYPE', 'encoder: ', 'float32'));
    const disposed = toTensor(stackParameters(0)[0]!);
    disposed.dispose();
    expect(run(sequences, [...parameters.slice(0, -1), disposed], 2)).toThrow(failure('TENSOR_DISPOSED', 'encoder: '));
  });
});
