import { crossEntropy, layerNorm, linear, logSoftmax, matmul, nll, softmax, tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients, type Input, input } from './check-gradients.js';
import { expectClose } from './expect-close.js';
import { failure } from './failure.js';

const double = { dtype: 'float64' } as const;
const toTensor = ({ data, shape }: Input) => tensor(data, shape, double);

/** Row `row` of a matrix with `width` columns. */
const rowOf = (data: readonly number[], width: number, row: number) => data.slice(row * width, (row + 1) * width);

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((total, x, i) => total + x * b[i]!, 0);

describe('matmul', () => {
  it.each([
    [
      [3, 4],
      [4, 5],
    ],
    [
      [1, 1],
      [1, 1],
    ],
    [
      [2, 0],
      [0, 3],
    ],
    [
      [0, 2],
      [2, 3],
    ],
    [
      [2, 3, 4],
      [2, 4, 1],
    ],
    [
      [2, 2, 3, 2],
      [2, 2, 2, 3],
    ],
  ])('equals plain loops for shapes %j and %j', (left, right) => {
    const [a, b] = [input(left, 1), input(right, 2)];
    const [m, k, n] = [left.at(-2)!, left.at(-1)!, right.at(-1)!];
    const batches = left.slice(0, -2).reduce((x, y) => x * y, 1);
    const expected: number[] = [];
    for (let batch = 0; batch < batches; batch++) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let total = 0;
          for (let l = 0; l < k; l++) {
            total += a.data[(batch * m + i) * k + l]! * b.data[(batch * k + l) * n + j]!;
          }
          expected.push(total);
        }
      }
    }
    const y = matmul(toTensor(a), toTensor(b));
    expect(y.shape).toEqual([...left.slice(0, -1), n]);
    expectClose(y.toTypedArray(), expected);
  });

  it('has the gradient of its difference quotients', () => {
    checkGradients(matmul, [input([2, 3], 1), input([3, 4], 2)]);
    checkGradients(matmul, [input([2, 2, 3], 1), input([2, 3, 1], 2)]);
  });

  it('refuses inner sizes and leading axes that differ', () => {
    const run = (a: number[], b: number[]) => () => matmul(toTensor(input(a)), toTensor(input(b)));
    expect(run([2, 3], [2, 3])).toThrow(failure('TENSOR_SHAPE', 'matmul: ', '[2, 3], [2, 3]'));
    expect(run([2, 2, 3], [1, 3, 2])).toThrow(failure('TENSOR_SHAPE', 'matmul: ', '[2, 2, 3], [1, 3, 2]'));
    expect(run([3], [3, 1])).toThrow(failure('TENSOR_SHAPE', 'matmul: ', '[3], [3, 1]'));
  });
});

describe('linear', () => {
  it.each([[[5, 3]], [[3]], [[2, 0, 3]], [[2, 2, 3]]])('equals plain loops for x of shape %j', (shape) => {
    const [x, w, b] = [input(shape, 1), input([4, 3], 2), input([4], 3)];
    const rows = x.data.length / 3;
    const expected = Array.from({ length: rows }, (_, row) =>
      b.data.map((bias, out) => bias + dot(rowOf(x.data, 3, row), rowOf(w.data, 3, out))),
    ).flat();
    const y = linear(toTensor(x), toTensor(w), toTensor(b));
    expect(y.shape).toEqual([...shape.slice(0, -1), 4]);
    expectClose(y.toTypedArray(), expected);
    const unbiased = linear(toTensor(x), toTensor(w)).toTypedArray();
    expectClose(
      unbiased,
      expected.map((value, i) => value - b.data[i % 4]!),
      { absolute: 1e-11 },
    );
  });

  it('has the gradient of its difference quotients', () => {
    checkGradients(linear, [input([2, 2, 3], 1), input([4, 3], 2), input([4], 3)]);
    checkGradients(linear, [input([5, 1], 1), input([1, 1], 2)]);
  });

  it('refuses widths that differ', () => {
    const run = (x: number[], w: number[], b: number[]) => () =>
      linear(toTensor(input(x)), toTensor(input(w)), toTensor(input(b)));
    expect(run([5, 3], [4, 2], [4])).toThrow(failure('TENSOR_SHAPE', 'linear: ', '[5, 3]', '[4, 2]'));
    expect(run([5, 3], [4, 3], [3])).toThrow(failure('TENSOR_SHAPE', 'linear: ', '[4, 3]', '[3]'));
  });
});

describe('layerNorm', () => {
  const formula = (x: readonly number[], w: readonly number[], b: readonly number[], epsilon: number) => {
    const mean =
      dot(
        x,
        x.map(() => 1),
      ) / x.length;
    const variance =
      dot(
        x.map((v) => v - mean),
        x.map((v) => v - mean),
      ) / x.length;
    return x.map((v, i) => ((v - mean) / Math.sqrt(variance + epsilon)) * w[i]! + b[i]!);
  };

  it.each([1e-5, 0.1])('equals plain loops with epsilon %f', (epsilon) => {
    const [x, w, b] = [input([2, 3, 5], 1), input([5], 2), input([5], 3)];
    const expected = Array.from({ length: 6 }, (_, row) => formula(rowOf(x.data, 5, row), w.data, b.data, epsilon));
    const y = layerNorm(toTensor(x), toTensor(w), toTensor(b), { epsilon });
    expect(y.shape).toEqual([2, 3, 5]);
    expectClose(y.toTypedArray(), expected.flat(), { absolute: 1e-11 });
  });

  it('has epsilon 1e-5 by default', () => {
    const [x, w, b] = [input([1, 4], 1, -1e-3, 1e-3), input([4], 2), input([4], 3)];
    const expected = formula(x.data, w.data, b.data, 1e-5);
    expectClose(layerNorm(toTensor(x), toTensor(w), toTensor(b)).toTypedArray(), expected, { absolute: 1e-11 });
  });

  it('has the gradient of its difference quotients', () => {
    checkGradients((x, w, b) => layerNorm(x, w, b), [input([3, 5], 1), input([5], 2), input([5], 3)]);
  });

  it('refuses other widths and an epsilon that is not positive', () => {
    const run = (width: number, epsilon: number) => () =>
      layerNorm(toTensor(input([2, 3])), toTensor(input([width])), toTensor(input([3])), { epsilon });
    expect(run(4, 1e-5)).toThrow(failure('TENSOR_SHAPE', 'layerNorm: ', '[2, 3], [4], [3]'));
    expect(run(3, 0)).toThrow(failure('TENSOR_VALUE', 'layerNorm: epsilon'));
  });
});

const exponentials = (row: readonly number[]) => row.map((x) => Math.exp(x));
const sumOf = (row: readonly number[]) => row.reduce((a, b) => a + b, 0);

describe('softmax and logSoftmax', () => {
  it('equal their formulas over the last axis', () => {
    const x = input([2, 3, 4], 1);
    const rows = Array.from({ length: 6 }, (_, row) => exponentials(rowOf(x.data, 4, row)));
    const expected = rows.flatMap((row) => row.map((e) => e / sumOf(row)));
    expectClose(softmax(toTensor(x)).toTypedArray(), expected);
    expectClose(logSoftmax(toTensor(x)).toTypedArray(), expected.map(Math.log));
  });

  it('stay finite for large scores', () => {
    const x = tensor([1e4, 0, -1e4], [3], double);
    expectClose(softmax(x).toTypedArray(), [1, 0, 0]);
    expectClose(logSoftmax(x).toTypedArray(), [0, -1e4, -2e4]);
  });

  it('have the gradient of their difference quotients', () => {
    checkGradients(softmax, [input([2, 3, 4])]);
    checkGradients(logSoftmax, [input([2, 3, 4])]);
    checkGradients(softmax, [input([3, 1])]);
  });

  it('need an axis', () => {
    expect(() => softmax(tensor([1], []))).toThrow(failure('TENSOR_SHAPE', 'softmax: '));
    expect(() => logSoftmax(tensor([1], []))).toThrow(failure('TENSOR_SHAPE', 'logSoftmax: '));
  });
});

describe('crossEntropy and nll', () => {
  const targets = Int32Array.of(2, 0, 1, 2);
  const weights = Float64Array.of(1, 0.5, 0, 2);
  const logits = input([4, 3], 5);
  const losses = [0, 1, 2, 3].map((row) => {
    const scores = rowOf(logits.data, 3, row);
    return Math.log(sumOf(exponentials(scores))) - scores[targets[row]!]!;
  });

  it('are the weighted mean of minus the log-probability of the class', () => {
    const plain = sumOf(losses) / 4;
    const weighted = losses.reduce((total, loss, row) => total + weights[row]! * loss, 0) / 3.5;
    const x = toTensor(logits);
    expectClose([crossEntropy(x, targets).item()], [plain]);
    expectClose([crossEntropy(x, targets, { weights }).item()], [weighted]);
    expectClose([nll(logSoftmax(x), targets, { weights }).item()], [weighted]);
    expect(crossEntropy(x, targets).shape).toEqual([]);
  });

  it('take a mask of bytes as weights and do not look at rows of weight 0', () => {
    const strange = Int32Array.of(2, 0, 77, 2);
    const mask = Uint8Array.of(1, 1, 0, 1);
    const expected = (losses[0]! + losses[1]! + losses[3]!) / 3;
    expectClose([crossEntropy(toTensor(logits), strange, { weights: mask }).item()], [expected]);
    expectClose([crossEntropy(toTensor(logits), targets, { weights: new Uint8Array(4) }).item()], [0]);
  });

  it('have the gradient of their difference quotients', () => {
    for (const options of [{}, { weights }]) {
      checkGradients((x) => crossEntropy(x, targets, options), [logits]);
      checkGradients((x) => nll(x, targets, options), [logits]);
    }
  });

  it('refuse classes outside, other lengths and negative weights', () => {
    const x = toTensor(logits);
    const outside = () => crossEntropy(x, Int32Array.of(0, 3, -1, 0));
    expect(outside).toThrow(failure('TENSOR_INDEX', 'crossEntropy: index 3 at position 1', '0..3', '2 such'));
    expect(() => nll(x, Int32Array.of(0))).toThrow(failure('TENSOR_SHAPE', 'nll: ', '[4, 3], [1]'));
    const negative = () => crossEntropy(x, targets, { weights: [1, -1, 0, 0] });
    expect(negative).toThrow(failure('TENSOR_VALUE', 'crossEntropy: ', '-1'));
  });
});
