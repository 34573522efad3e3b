import {
  attention,
  attentionPooling,
  attentionWeights,
  backward,
  type DropoutStream,
  encoder,
  gatherRows,
  memory,
  type PackedSequences,
  type RecomputePolicy,
  setThreads,
  sum,
  type Tensor,
  tensor,
} from '@seq/tensor';
import { afterEach, describe, expect, it } from 'vitest';
import { checkGradients, type Input, input } from './check-gradients.js';
import { expectClose } from './expect-close.js';
import { failure } from './failure.js';

const [WIDTH, HEADS, HIDDEN] = [6, 2, 10];
const double = { dtype: 'float64' } as const;
const toTensor = ({ data, shape }: Input): Tensor => tensor(data, shape, double);

type Matrix = readonly (readonly number[])[];

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((total, x, i) => total + x * b[i]!, 0);
const plus = (a: readonly number[], b: readonly number[]) => a.map((x, i) => x + b[i]!);

/** A flat input as rows. */
function rowsOf({ data, shape }: Input): Matrix {
  const width = shape.at(-1)!;
  return Array.from({ length: data.length / width }, (_, row) => data.slice(row * width, (row + 1) * width));
}

const linearRow = (x: readonly number[], weight: Matrix, bias: readonly number[]) =>
  weight.map((row, i) => dot(x, row) + bias[i]!);

function normRow(x: readonly number[], weight: readonly number[], bias: readonly number[], epsilon: number) {
  const mean =
    dot(
      x,
      x.map(() => 1),
    ) / x.length;
  const centred = x.map((value) => value - mean);
  const deviation = Math.sqrt(dot(centred, centred) / x.length + epsilon);
  return centred.map((value, i) => (value / deviation) * weight[i]! + bias[i]!);
}

function softmaxOf(scores: readonly number[]): number[] {
  const exponentials = scores.map((score) => Math.exp(score));
  const total = dot(
    exponentials,
    exponentials.map(() => 1),
  );
  return exponentials.map((value) => value / total);
}

/** Attention of one sequence in plain loops. */
function attend(
  queries: Matrix,
  keys: Matrix,
  values: Matrix,
  isVisible: readonly boolean[],
  parameters: Input[],
): Matrix {
  const [inWeight, inBias, outWeight, outBias] = parameters as [Input, Input, Input, Input];
  const project = (x: Matrix, third: number) =>
    x.map((row) => {
      const weight = rowsOf(inWeight).slice(third * WIDTH, (third + 1) * WIDTH);
      return linearRow(row, weight, inBias.data.slice(third * WIDTH, (third + 1) * WIDTH));
    });
  const [q, k, v] = [project(queries, 0), project(keys, 1), project(values, 2)];
  const headWidth = WIDTH / HEADS;
  const visible = isVisible.flatMap((shown, i) => (shown ? [i] : []));
  return q.map((row) => {
    const joined = Array.from({ length: HEADS }, (_, head) => {
      const part = (x: readonly number[]) => x.slice(head * headWidth, (head + 1) * headWidth);
      const weights = softmaxOf(visible.map((j) => dot(part(row), part(k[j]!)) / Math.sqrt(headWidth)));
      return visible.reduce<number[]>(
        (total, j, i) =>
          plus(
            total,
            part(v[j]!).map((x) => x * weights[i]!),
          ),
        Array.from({ length: headWidth }, () => 0),
      );
    });
    return linearRow(joined.flat(), rowsOf(outWeight), outBias.data);
  });
}

/** Calls `work` with the rows of each sequence and whether they are visible. */
function bySequence(
  x: Matrix,
  { offsets, keyMask }: PackedSequences,
  work: (x: Matrix, shown: boolean[]) => Matrix,
): Matrix {
  return Array.from(offsets.subarray(1)).flatMap((end, i) => {
    const start = offsets[i]!;
    const shown = Array.from({ length: end - start }, (_, j) => (keyMask?.[start + j] ?? 1) !== 0);
    return work(x.slice(start, end), shown);
  });
}

const attentionParameters = (seed: number): Input[] => [
  input([3 * WIDTH, WIDTH], seed, -0.6, 0.6),
  input([3 * WIDTH], seed + 1, -0.3, 0.3),
  input([WIDTH, WIDTH], seed + 2, -0.6, 0.6),
  input([WIDTH], seed + 3, -0.3, 0.3),
];

const layerParameters = (seed: number): Input[] => [
  ...attentionParameters(seed),
  input([HIDDEN, WIDTH], seed + 4, -0.6, 0.6),
  input([HIDDEN], seed + 5, -0.3, 0.3),
  input([WIDTH, HIDDEN], seed + 6, -0.6, 0.6),
  input([WIDTH], seed + 7, -0.3, 0.3),
  ...normParameters(seed + 8),
  ...normParameters(seed + 10),
];

const normParameters = (seed: number): Input[] => [input([WIDTH], seed, 0.5, 1.5), input([WIDTH], seed + 1, -0.5, 0.5)];

const stackParameters = (layers: number): Input[] => [
  ...Array.from({ length: layers }, (_, i) => layerParameters(20 + 20 * i)).flat(),
  ...normParameters(90),
];

/** The stack in plain loops, with ReLU. */
function stack(x: Matrix, shown: boolean[], parameters: Input[]): Matrix {
  const closing = parameters.slice(-2);
  let rows = x;
  for (let at = 0; at < parameters.length - 2; at += 12) {
    const layer = parameters.slice(at, at + 12);
    const [w1, b1, w2, b2, n1w, n1b, n2w, n2b] = layer.slice(4) as Input[];
    const normed = rows.map((row) => normRow(row, n1w!.data, n1b!.data, 1e-5));
    const attended = attend(normed, normed, normed, shown, layer.slice(0, 4));
    rows = rows.map((row, i) => plus(row, attended[i]!));
    rows = rows.map((row) => {
      const hidden = linearRow(normRow(row, n2w!.data, n2b!.data, 1e-5), rowsOf(w1!), b1!.data);
      return plus(
        row,
        linearRow(
          hidden.map((value) => Math.max(value, 0)),
          rowsOf(w2!),
          b2!.data,
        ),
      );
    });
  }
  return rows.map((row) => normRow(row, closing[0]!.data, closing[1]!.data, 1e-6));
}

const sequences: PackedSequences = {
  offsets: Uint32Array.of(0, 4, 4, 5, 8),
  keyMask: Uint8Array.of(1, 0, 1, 1, 1, 1, 1, 0),
};
const unmasked: PackedSequences = { offsets: sequences.offsets };
const x = input([8, WIDTH], 7);
const stream: DropoutStream = { probability: 0.4, seed: 9, step: 3, site: 64, sequenceIds: Uint32Array.of(5, 6, 7, 8) };

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
  function pass(more: { recompute?: RecomputePolicy; dropout?: DropoutStream }): number[][] {
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
