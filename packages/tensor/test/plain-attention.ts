// Attention, encoder stack and pooling in plain loops, and small inputs for them. The operations under test are not used.
import { type DropoutStream, type PackedSequences, type Tensor, tensor } from '@seq/tensor';
import { type Input, input } from './check-gradients.js';

/** Width of a row, heads, and hidden width of the feed-forward part. */
export const [WIDTH, HEADS, HIDDEN] = [6, 2, 10];
const double = { dtype: 'float64' } as const;
/** An input in float64. */
export const toTensor = ({ data, shape }: Input): Tensor => tensor(data, shape, double);

/** Rows. */
export type Matrix = readonly (readonly number[])[];

/** Sum of the products. */
export const dot = (a: readonly number[], b: readonly number[]) => a.reduce((total, x, i) => total + x * b[i]!, 0);
/** Sums by position. */
export const plus = (a: readonly number[], b: readonly number[]) => a.map((x, i) => x + b[i]!);

/** A flat input as rows. */
export function rowsOf({ data, shape }: Input): Matrix {
  const width = shape.at(-1)!;
  return Array.from({ length: data.length / width }, (_, row) => data.slice(row * width, (row + 1) * width));
}

/** Weight times row plus bias. */
export const linearRow = (x: readonly number[], weight: Matrix, bias: readonly number[]) =>
  weight.map((row, i) => dot(x, row) + bias[i]!);

/** Layer normalisation of a row. */
export function normRow(x: readonly number[], weight: readonly number[], bias: readonly number[], epsilon: number) {
  const mean =
    dot(
      x,
      x.map(() => 1),
    ) / x.length;
  const centred = x.map((value) => value - mean);
  const deviation = Math.sqrt(dot(centred, centred) / x.length + epsilon);
  return centred.map((value, i) => (value / deviation) * weight[i]! + bias[i]!);
}

/** Exponentials, divided by their sum. */
export function softmaxOf(scores: readonly number[]): number[] {
  const exponentials = scores.map((score) => Math.exp(score));
  const total = dot(
    exponentials,
    exponentials.map(() => 1),
  );
  return exponentials.map((value) => value / total);
}

/** Attention of one sequence in plain loops. */
export function attend(
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
export function bySequence(
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

/** Weights and biases of an attention: of queries, keys and values together, then of the output. */
export const attentionParameters = (seed: number): Input[] => [
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

/** Weight and bias of a layer normalisation. */
export const normParameters = (seed: number): Input[] => [
  input([WIDTH], seed, 0.5, 1.5),
  input([WIDTH], seed + 1, -0.5, 0.5),
];

/** Parameters of a stack: twelve of each layer, two of the closing normalisation. */
export const stackParameters = (layers: number): Input[] => [
  ...Array.from({ length: layers }, (_, i) => layerParameters(20 + 20 * i)).flat(),
  ...normParameters(90),
];

/** The stack in plain loops, with ReLU. */
export function stack(x: Matrix, shown: boolean[], parameters: Input[]): Matrix {
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

/** Four sequences, one of them empty, with two hidden rows. */
export const sequences: PackedSequences = {
  offsets: Uint32Array.of(0, 4, 4, 5, 8),
  keyMask: Uint8Array.of(1, 0, 1, 1, 1, 1, 1, 0),
};
/** The same without a mask. */
export const unmasked: PackedSequences = { offsets: sequences.offsets };
/** Their rows. */
export const x = input([8, WIDTH], 7);
/** Dropout for them. */
export const stream: DropoutStream = {
  probability: 0.4,
  seed: 9,
  step: 3,
  site: 64,
  sequenceIds: Uint32Array.of(5, 6, 7, 8),
};
