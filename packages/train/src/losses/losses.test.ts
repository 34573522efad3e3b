import { logSoftmax, type Tensor, tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { gradientError } from '../../test/gradient-error.js';
import { asymmetricLoss } from './asymmetric-loss.js';
import { baseLoss } from './base-loss.js';
import { classificationLoss } from './classification-loss.js';
import { countLoss } from './count-loss.js';
import { huberLoss } from './huber-loss.js';
import { maeLoss } from './mae-loss.js';
import { mseLoss } from './mse-loss.js';
import { nucleotideHits, nucleotideLoss } from './nucleotide-loss.js';
import { quantileLoss } from './quantile-loss.js';
import { targetLoss } from './target-loss.js';
import { totalLoss, totalOf } from './total-loss.js';
import { embeddingDistances, unifracLoss } from './unifrac-loss.js';

const double = (values: readonly number[], shape: readonly number[]): Tensor =>
  tensor([...values], shape, { dtype: 'float64' });

const prediction = [0.3, -1.2, 2.5, 0.7, -0.4, 1.9];
const target = [0.1, 0.4, 0.2, -1.8, -0.5, 2.2];
const refused = expect.objectContaining({ code: 'LOSS_INPUT' });

describe('target losses', () => {
  const plain = {
    mse: mseLoss,
    mae: maeLoss,
    huber: huberLoss,
    huberHalf: (x: Tensor, y: ArrayLike<number>, w = {}) => huberLoss(x, y, { ...w, delta: 0.5 }),
    asymmetric: (x: Tensor, y: ArrayLike<number>, w = {}) => asymmetricLoss(x, y, { ...w, over: 2, under: 0.3 }),
  };

  it('have the gradients of their values, with and without sample weights', () => {
    for (const loss of Object.values(plain)) {
      expect(gradientError(prediction, [3, 2], (x) => loss(x, target)) <= 1e-8).toBe(true);
      const sampleWeights = [0.5, 0, 2];
      expect(gradientError(prediction, [3, 2], (x) => loss(x, target, { sampleWeights })) <= 1e-8).toBe(true);
    }
    const quantile = (x: Tensor) => quantileLoss(x, [0.1, 0.4], { quantiles: [0.2, 0.5, 0.9], sampleWeights: [1, 3] });
    expect(gradientError(prediction, [2, 1, 3], quantile) <= 1e-8).toBe(true);
  });

  it('agree where they must: asymmetric(1, 1) is MAE, pinball at one half is half of MAE, weights of 1 change nothing', () => {
    const x = double(prediction, [6, 1]);
    const mae = maeLoss(x, target).item();
    expect(asymmetricLoss(x, target).item()).toBeCloseTo(mae, 12);
    const quantile = quantileLoss(double(prediction, [6, 1, 1]), target, { quantiles: [0.5] });
    expect(quantile.item()).toBeCloseTo(mae / 2, 12);
    for (const loss of Object.values(plain)) {
      expect(loss(x, target, { sampleWeights: [1, 1, 1, 1, 1, 1] }).item()).toBeCloseTo(loss(x, target).item(), 12);
    }
  });

  it('weigh errors above and below the target each by its own weight', () => {
    const loss = (...errors: number[]) =>
      asymmetricLoss(double(errors, [errors.length, 1]), new Float64Array(errors.length), {
        over: 2,
        under: 0.5,
      }).item();
    expect([loss(3), loss(-3), loss(0), loss(1, -4)]).toEqual([6, 1.5, 0, 2]);
  });

  it('divide weighted sums by the number of samples, not by the sum of the weights', () => {
    expect(mseLoss(double([0.5, 0.5], [2, 1]), [0, 0], { sampleWeights: [1, 3] }).item()).toBe(0.5);
    expect(maeLoss(double([1, 2], [2, 1]), [0, 0], { sampleWeights: [1, 0.5] }).item()).toBe(1);
  });

  it('take another loss for single outputs by index or name, the index winning', () => {
    const x = double([1, 2], [1, 2]);
    const loss = targetLoss({ kind: 'mae' }, x, [0, 0], {
      perOutput: { '1': 'mse', b: 'mae' },
      outputNames: ['a', 'b'],
    });
    expect(loss.item()).toBe((1 + 4) / 2);
    const perOutput = { '2': 'mse' } as const;
    expect(() => targetLoss({ kind: 'mae' }, x, [0, 0], { perOutput })).toThrow(refused);
    const weighted = { perOutput: { '0': 'mse' }, sampleWeights: [1] } as const;
    expect(() => targetLoss({ kind: 'mae' }, x, [0, 0], weighted)).toThrow(refused);
  });

  it('refuse what does not fit', () => {
    expect(() => mseLoss(double(prediction, [6, 1]), [1])).toThrow(refused);
    expect(() => mseLoss(double(prediction, [6, 1]), target, { sampleWeights: [1] })).toThrow(refused);
    expect(() => quantileLoss(double(prediction, [6, 1, 1]), target, { quantiles: [1] })).toThrow(refused);
    expect(() => quantileLoss(double(prediction, [6, 1]), target, { quantiles: [0.5] })).toThrow(refused);
    expect(() => asymmetricLoss(double(prediction, [6, 1]), target, { over: 0 })).toThrow(refused);
  });
});

describe('unifracLoss', () => {
  const embeddings = [0, 0, 3, 4, 3, 4.5, -1, 2];

  it('maps Euclidean distances by tanh(d / 10)', () => {
    const distances = embeddingDistances(double([0, 0, 3, 4, 3, 4], [3, 2])).toTypedArray();
    expect([...distances]).toEqual([Math.tanh(0.5), Math.tanh(0.5), expect.closeTo(1e-5, 12)]);
  });

  it('maps them by another scale that is given', () => {
    const [distance] = embeddingDistances(double([0, 0, 3, 4], [2, 2]), { scale: 4 }).toTypedArray();
    expect(Math.abs(distance! - Math.tanh(5 / 4)) <= 1e-12).toBe(true);
  });

  it('has the gradient of its value', () => {
    const wanted = [0.1, 0.9, 0.4, 0.3, 0.2, 0.7];
    expect(gradientError(embeddings, [4, 2], (x) => unifracLoss(x, wanted, { scale: 3 })) <= 1e-8).toBe(true);
  });

  it('is 0 for one sample, and refuses another number of distances than of pairs', () => {
    expect(unifracLoss(double([1, 2], [1, 2]), []).item()).toBe(0);
    expect(() => unifracLoss(double(embeddings, [4, 2]), [0.1])).toThrow(refused);
  });
});

describe('nucleotideLoss', () => {
  const tokens = Int32Array.of(5, 1, 0, 3);
  const logits = double(
    Array.from({ length: 28 }, (_, i) => Math.sin(3 * i)),
    [4, 7],
  );

  it('scores hidden positions only, or every known token if nothing was hidden', () => {
    const term = (position: number): number => {
      const row = [...logits.toTypedArray()].slice(7 * position, 7 * position + 7);
      return Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[tokens[position]!]!;
    };
    const masked = nucleotideLoss(logits, tokens, { maskedPositions: Uint8Array.of(0, 1, 1, 0) });
    expect(masked.item()).toBeCloseTo(term(1), 12);
    expect(nucleotideLoss(logits, tokens).item()).toBeCloseTo((term(0) + term(1) + term(3)) / 3, 12);
    expect(nucleotideLoss(logits, tokens, { maskedPositions: new Uint8Array(4) }).item() === 0).toBe(true);
  });

  it('counts right guesses over hidden positions, or over bases if nothing was hidden', () => {
    const sharp = double(
      [5, 1, 2, 4].flatMap((token) => Array.from({ length: 7 }, (_, i) => (i === token ? 1 : 0))),
      [4, 7],
    );
    expect(nucleotideHits(sharp, tokens)).toEqual({ hits: 1, positions: 2 });
    const maskedPositions = Uint8Array.of(0, 1, 0, 0);
    expect(nucleotideHits(sharp, tokens, { maskedPositions })).toEqual({ hits: 1, positions: 1 });
  });

  it('refuses a mask or logits of another length', () => {
    expect(() => nucleotideLoss(logits, tokens, { maskedPositions: new Uint8Array(3) })).toThrow(refused);
    expect(() => nucleotideLoss(logits, Int32Array.of(1))).toThrow(refused);
  });
});

describe('countLoss', () => {
  it('averages over the slots that count, and is 0 without any', () => {
    const x = double([1, 2, 5], [3, 1]);
    expect(countLoss(x, [0, 0, 0]).item()).toBe(10);
    expect(countLoss(x, [0, 0, 0], { mask: [1, 1, 0] }).item()).toBe(2.5);
    expect(countLoss(x, [0, 0, 0], { mask: [0, 0, 0] }).item()).toBe(0);
    expect(gradientError([1, 2, 5], [3, 1], (p) => countLoss(p, [0, 1, 2], { mask: [1, 0, 1] })) <= 1e-8).toBe(true);
  });
});

describe('classificationLoss', () => {
  const logits = [2, 1, 0, 1];
  const labels = Int32Array.of(0, 1);

  it('averages by class weight alone, or by sample weight over the number of samples', () => {
    const rows = logSoftmax(double(logits, [2, 2]));
    expect(classificationLoss(rows, labels, { classWeights: [1, 3] }).item()).toBeCloseTo(0.31326168751822286, 8);
    const both = { classWeights: [1, 3], sampleWeights: [1, 2] };
    expect(classificationLoss(rows, labels, both).item()).toBeCloseTo(1.09641588, 6);
    const loss = (x: Tensor) => classificationLoss(logSoftmax(x), labels, both);
    expect(gradientError(logits, [2, 2], loss) <= 1e-8).toBe(true);
  });

  it('refuses labels that are no class', () => {
    const rows = logSoftmax(double(logits, [2, 2]));
    expect(() => classificationLoss(rows, Int32Array.of(0, 2), { sampleWeights: [1, 1] })).toThrow(refused);
    expect(() => classificationLoss(rows, Int32Array.of(0))).toThrow(refused);
  });
});

describe('totalLoss and totalOf', () => {
  it('weigh the terms they are given', () => {
    const one = (value: number) => double([value], []);
    expect(totalLoss({ target: one(2), count: one(3) }, { count: 0.5 }).item()).toBe(3.5);
    expect(totalLoss({}).item()).toBe(0);
    expect([totalOf({ target: 2, count: 3 }, { count: 0.5 }), totalOf({})]).toEqual([3.5, 0]);
    expect(baseLoss(double([1, 3], [2, 1]), [0, 0]).item()).toBe(5);
  });
});
