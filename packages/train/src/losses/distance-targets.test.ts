import type { CommunityBatch } from '@seq/data';
import { ParameterStore, tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { type DistanceTarget, DistanceTargets, lossOfDistances } from './distance-targets.js';

// Embeddings of three samples that lie 5, 5 and 6 apart.
const embeddings = () => tensor([0, 0, 3, 4, -3, 4], [3, 2], { dtype: 'float64' });
const apart = [5, 5, 6];
const wanted = Float64Array.of(0.1, 0.5, 0.9);
const batch = {} as CommunityBatch;
const target: DistanceTarget = { name: 'unifrac', distances: () => wanted };
const newTargets = (scale?: number | 'learned', targets = [target]) =>
  new DistanceTargets(new ParameterStore({ dtype: 'float64', seed: 1 }), targets, { width: 2, scale });

describe('DistanceTargets', () => {
  it.each([
    [undefined, 10],
    [4, 4],
    ['learned' as const, 10],
  ])('with the scale %s compares tanh(d / %d) with what is wanted', (scale, divisor) => {
    const [comparison] = newTargets(scale).comparisons(embeddings(), batch);
    expect(comparison!.wanted).toBe(wanted);
    const expected = apart.map((distance) => Math.tanh(distance / divisor));
    [...comparison!.found.toTypedArray()].forEach((found, i) => {
      expect(Math.abs(found - expected[i]!) <= 1e-12, `pair ${i}: ${found}`).toBe(true);
    });
  });

  it('weighs the loss of each target by its penalty', () => {
    const comparisons = newTargets(4, [{ ...target, penalty: 3 }]).comparisons(embeddings(), batch);
    const squares = apart.map((distance, i) => (Math.tanh(distance / 4) - wanted[i]!) ** 2);
    const expected = 3 * (squares.reduce((sum, square) => sum + square, 0) / 3);
    expect(Math.abs(lossOfDistances(comparisons).item() - expected) <= 1e-12).toBe(true);
  });
});
