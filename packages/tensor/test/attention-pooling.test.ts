import { attentionPooling, type PackedSequences, type Tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients, input } from './check-gradients.js';
import { expectClose } from './expect-close.js';
import { failure } from './failure.js';
import {
  bySequence,
  dot,
  normParameters,
  normRow,
  plus,
  rowsOf,
  sequences,
  softmaxOf,
  toTensor,
  unmasked,
  WIDTH,
  x,
} from './plain-attention.js';

describe('attentionPooling', () => {
  const parameters = [input([1, WIDTH], 4), ...normParameters(5)];
  const pool = (packed: PackedSequences) => {
    const [query, weight, bias] = parameters.map(toTensor) as [Tensor, Tensor, Tensor];
    return attentionPooling(toTensor(x), packed, query, weight, bias);
  };
  const expectedFor = (packed: PackedSequences) =>
    bySequence(rowsOf(x), packed, (rows, shown) => {
      const [query, weight, bias] = parameters.map(({ data }) => data) as [number[], number[], number[]];
      const visible = rows.filter((_, j) => shown[j]);
      const plain = softmaxOf(visible.map((row) => dot(row, query) / Math.sqrt(WIDTH)));
      const total =
        packed.keyMask === undefined
          ? 1
          : dot(
              plain,
              plain.map(() => 1),
            ) + 1e-8;
      const mean = visible.reduce<number[]>(
        (sumOf, row, j) =>
          plus(
            sumOf,
            row.map((value) => (value * plain[j]!) / total),
          ),
        Array.from({ length: WIDTH }, () => 0),
      );
      return [normRow(mean, weight, bias, 1e-5)];
    }).flat();

  it('equals plain loops, with a mask and without', () => {
    for (const packed of [sequences, unmasked]) {
      const y = pool(packed);
      expect(y.shape).toEqual([4, WIDTH]);
      expectClose(y.toTypedArray(), expectedFor(packed), { absolute: 1e-10 });
    }
  });

  it('takes the plain mean where every row is hidden', () => {
    const hidden = pool({ offsets: Uint32Array.of(0, 8), keyMask: new Uint8Array(8) });
    const [, weight, bias] = parameters.map(({ data }) => data) as [number[], number[], number[]];
    const rows = rowsOf(x);
    const mean = rows[0]!.map((_, d) => rows.reduce((total, row) => total + row[d]! / 8, 0));
    expectClose(hidden.toTypedArray(), normRow(mean, weight, bias, 1e-5), { absolute: 1e-10 });
  });

  it('has the gradient of its difference quotients', () => {
    for (const packed of [sequences, unmasked]) {
      checkGradients(
        (rows, query, weight, bias) => attentionPooling(rows, packed, query, weight, bias),
        [x, ...parameters],
      );
    }
  });

  it('refuses a query of another width', () => {
    const [, weight, bias] = parameters.map(toTensor) as [Tensor, Tensor, Tensor];
    const narrow = () => attentionPooling(toTensor(x), unmasked, toTensor(input([1, 5])), weight, bias);
    expect(narrow).toThrow(failure('TENSOR_SHAPE', 'attentionPooling: ', '[8, 6]', '[1, 5]'));
  });
});
