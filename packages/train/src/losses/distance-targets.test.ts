import type { CommunityBatch } from '@seq/data';
import { backward, ParameterStore, type Tensor, tensor } from '@seq/tensor';
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

  it('starts maps of several targets uniform in ±√(3 / D), so that distances begin as they are on average', () => {
    const store = new ParameterStore({ seed: 5 });
    new DistanceTargets(store, [target, { ...target, name: 'jaccard' }], { width: 40 });
    const maps = ['unifrac', 'jaccard'].map((name) => Array.from(store.read(`objective.distance_map.${name}`)));
    for (const values of maps) {
      const [bound, largest] = [Math.sqrt(3 / 40), Math.max(...values.map(Math.abs))];
      expect([largest <= bound, largest > 0.98 * bound]).toEqual([true, true]);
      const squares = values.reduce((sum, value) => sum + value * value, 0) / values.length;
      expect(Math.abs(40 * squares - 1)).toBeLessThan(0.1);
    }
    expect(maps[0]).not.toEqual(maps[1]);
  });

  it('weighs the loss of each target by its penalty', () => {
    const comparisons = newTargets(4, [{ ...target, penalty: 3 }]).comparisons(embeddings(), batch);
    const squares = apart.map((distance, i) => (Math.tanh(distance / 4) - wanted[i]!) ** 2);
    const expected = 3 * (squares.reduce((sum, square) => sum + square, 0) / 3);
    expect(Math.abs(lossOfDistances(comparisons).item() - expected) <= 1e-12).toBe(true);
  });

  it('has gradients of embeddings, maps and scales that equal difference quotients', () => {
    const store = new ParameterStore({ dtype: 'float64', seed: 2 });
    const other: DistanceTarget = { name: 'jaccard', distances: () => Float64Array.of(0.7, 0.2, 0.4), penalty: 0.5 };
    const targets = new DistanceTargets(store, [target, other], { width: 2, scale: 'learned' });
    expect(store.names().map((name) => name.replace('objective.', ''))).toEqual([
      ...['distance_map.unifrac', 'distance_map.jaccard', 'log_scale.unifrac', 'log_scale.jaccard'],
    ]);
    const at = (numbers: readonly number[]): Tensor => tensor([...numbers], [3, 2], { dtype: 'float64' });
    const points = [0, 0.5, 3, 4, -3, 4.2];
    const lossAt = (x: Tensor): Tensor => lossOfDistances(targets.comparisons(x, batch));
    const x = at(points).variable();
    const ofPoints = backward(lossAt(x)).get(x)!.toTypedArray();
    const near = (slope: number, gradient: number): void =>
      expect(Math.abs(slope - gradient) <= 1e-8, `${slope}, ${gradient}`).toBe(true);
    const step = 1e-5;
    const moved = (values: ArrayLike<number>, i: number, by: number): number[] =>
      Array.from(values, (value, k) => (k === i ? value + by : value));
    for (const i of points.keys()) {
      const loss = (by: number): number => lossAt(at(moved(points, i, by))).item();
      near((loss(step) - loss(-step)) / (2 * step), ofPoints[i]!);
    }
    for (const name of store.names()) {
      const [values, gradient] = [store.read(name), store.gradient(name)];
      for (let i = 0; i < values.length; i++) {
        const loss = (by: number): number => {
          store.write(name, moved(values, i, by));
          return lossAt(at(points)).item();
        };
        near((loss(step) - loss(-step)) / (2 * step), gradient[i]!);
      }
      store.write(name, values);
    }
  });
});
