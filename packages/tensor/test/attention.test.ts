import { attention, attentionWeights, type PackedSequences, type Tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients, type Input, input } from './check-gradients.js';
import { expectClose } from './expect-close.js';
import { failure } from './failure.js';
import {
  attend,
  attentionParameters,
  HEADS,
  linearRow,
  type Matrix,
  rowsOf,
  sequences,
  stream,
  toTensor,
  WIDTH,
} from './plain-attention.js';

describe('attention', () => {
  const queryOffsets = Uint32Array.of(0, 2, 3, 3, 5);
  const keys: PackedSequences = { offsets: Uint32Array.of(0, 4, 6, 7, 8), keyMask: sequences.keyMask! };
  const [query, key, value] = [input([5, WIDTH], 1), input([8, WIDTH], 2), input([8, WIDTH], 3)];
  const parameters = attentionParameters(30);
  const expectedFor = (values: Input, { offsets, keyMask }: PackedSequences) =>
    Array.from({ length: 4 }, (_, i) => {
      const part = (rows: Matrix, at: Uint32Array) => rows.slice(at[i], at[i + 1]);
      const shown = Array.from(keyMask ?? new Uint8Array(8).fill(1), Boolean).slice(offsets[i], offsets[i + 1]);
      const [q, k, v] = [part(rowsOf(query), queryOffsets), part(rowsOf(key), offsets), part(rowsOf(values), offsets)];
      return attend(q, k, v, shown, parameters);
    }).flat(2);
  const run = (values: Input | undefined, packed: PackedSequences) => {
    const four = parameters.map(toTensor) as [Tensor, Tensor, Tensor, Tensor];
    const options = { heads: HEADS, ...(values === undefined ? {} : { value: toTensor(values) }) };
    return attention(toTensor(query), queryOffsets, toTensor(key), packed, four, options);
  };

  it('equals plain loops, with a mask and without, with values of its own and without', () => {
    const open: PackedSequences = { offsets: keys.offsets };
    const masked: PackedSequences = { ...open, keyMask: Uint8Array.of(1, 0, 1, 1, 1, 1, 0, 1) };
    for (const packed of [open, masked]) {
      expectClose(run(undefined, packed).toTypedArray(), expectedFor(key, packed), { absolute: 1e-10 });
      expectClose(run(value, packed).toTypedArray(), expectedFor(value, packed), { absolute: 1e-10 });
    }
  });

  it('shows weights that, applied to the values, give its own result', () => {
    const packed: PackedSequences = { offsets: keys.offsets, keyMask: Uint8Array.of(1, 0, 1, 1, 1, 1, 0, 1) };
    const four = parameters.map(toTensor) as [Tensor, Tensor, Tensor, Tensor];
    const shown = attentionWeights(toTensor(query), queryOffsets, toTensor(key), packed, four, { heads: HEADS });
    const weights = Array.from(shown.toTypedArray());
    const [inWeight, inBias, outWeight, outBias] = parameters as [Input, Input, Input, Input];
    const headWidth = WIDTH / HEADS;
    const projected = rowsOf(key).map((row) =>
      linearRow(row, rowsOf(inWeight).slice(2 * WIDTH), inBias.data.slice(2 * WIDTH)),
    );
    const results: number[] = [];
    let read = 0;
    for (let sequence = 0; sequence < 4; sequence++) {
      const queries = queryOffsets[sequence + 1]! - queryOffsets[sequence]!;
      const values = projected.slice(packed.offsets[sequence], packed.offsets[sequence + 1]);
      const start = read;
      read += HEADS * queries * values.length;
      const perHead = Array.from({ length: HEADS * queries }, (_, i) => {
        return weights.slice(start + i * values.length, start + (i + 1) * values.length);
      });
      for (let row = 0; row < queries; row++) {
        const joined = Array.from({ length: WIDTH }, (_, d) => {
          const own = perHead[Math.floor(d / headWidth) * queries + row]!;
          return own.reduce((sum, weight, j) => sum + weight * values[j]![d]!, 0);
        });
        results.push(...linearRow(joined, rowsOf(outWeight), outBias.data));
      }
    }
    expect(read).toBe(weights.length);
    expectClose(results, expectedFor(key, packed), { absolute: 1e-10 });
  });

  it('gives the output bias where every key is hidden', () => {
    const hidden: PackedSequences = { offsets: keys.offsets, keyMask: new Uint8Array(8) };
    const bias = parameters[3]!.data;
    expectClose(run(undefined, hidden).toTypedArray(), [...bias, ...bias, ...bias, ...bias, ...bias]);
  });

  it.each([undefined, stream])('has the gradient of its difference quotients (dropout %o)', (dropout) => {
    checkGradients(
      (q, k, v, ...four) =>
        attention(q, queryOffsets, k, keys, four as unknown as [Tensor, Tensor, Tensor, Tensor], {
          heads: HEADS,
          value: v,
          dropout,
        }),
      [query, key, value, ...parameters],
    );
  });

  it('refuses other numbers of sequences and heads that do not divide the width', () => {
    const four = parameters.map(toTensor) as [Tensor, Tensor, Tensor, Tensor];
    const ask = (offsets: Uint32Array, heads: number) => () =>
      attention(toTensor(query), queryOffsets, toTensor(key), { offsets }, four, { heads });
    expect(ask(Uint32Array.of(0, 8), 2)).toThrow(failure('TENSOR_VALUE', 'attention: ', '4', '1'));
    expect(ask(keys.offsets, 5)).toThrow(failure('TENSOR_VALUE', 'attention: ', '6', '5'));
    const three = four.slice(1) as unknown as typeof four;
    const few = () => attention(toTensor(query), queryOffsets, toTensor(key), keys, three, { heads: 2 });
    expect(few).toThrow(failure('TENSOR_VALUE', 'attention: the number of parameters', 'got 3'));
  });
});
