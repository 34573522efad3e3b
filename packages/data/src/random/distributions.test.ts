import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dirichlet, logGamma, multinomial, symmetricBeta } from './distributions.js';
import { Draws } from './draws.js';

const drawsOf = (seed: number): Draws => new Draws({ seed, purpose: 'augmentation' });
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const varianceOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return meanOf(values.map((value) => (value - mean) ** 2));
};
const times = 40_000;

describe('logGamma', () => {
  it.each([0.3, 1, 2.5, 40])('of shape %d has the mean and variance of the gamma distribution', (shape) => {
    const draws = drawsOf(1);
    const drawn = Array.from({ length: times }, () => Math.exp(logGamma(shape, draws)));
    expect(Math.abs(meanOf(drawn) - shape)).toBeLessThan(5 * Math.sqrt(shape / times));
    // The fourth central moment of the gamma distribution is 3 shape^2 + 6 shape.
    expect(Math.abs(varianceOf(drawn) - shape)).toBeLessThan(5 * Math.sqrt((2 * shape ** 2 + 6 * shape) / times));
  });

  it('stays a number for tiny shapes', () => {
    const draws = drawsOf(2);
    for (let i = 0; i < 1000; i++) expect(Number.isFinite(logGamma(1e-6, draws))).toBe(true);
  });
});

describe('dirichlet', () => {
  it('gives shares with the means and variances of the distribution', () => {
    const draws = drawsOf(3);
    const shapes = [0.5, 1.5, 4];
    const all = Array.from({ length: times }, () => dirichlet(Float64Array.from(shapes), draws));
    shapes.forEach((shape, i) => {
      const parts = all.map((shares) => shares[i]!);
      const mean = shape / 6;
      const variance = (mean * (1 - mean)) / 7;
      expect(Math.abs(meanOf(parts) - mean)).toBeLessThan(5 * Math.sqrt(variance / times));
      expect(Math.abs(varianceOf(parts) - variance)).toBeLessThan(0.05 * variance);
    });
  });

  it('for any shapes, gives shares from 0 to 1 that add up to 1', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1 }),
        fc.nat(),
        (shapes, seed) => {
          const shares = dirichlet(Float64Array.from(shapes), drawsOf(seed));
          expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
          expect(Math.abs(shares.reduce((a, b) => a + b, 0) - 1)).toBeLessThanOrEqual(1e-12);
        },
      ),
    );
  });
});

describe('symmetricBeta', () => {
  it.each([0.4, 1, 3])('of shape %d has mean one half and the variance of the beta distribution', (shape) => {
    const draws = drawsOf(4);
    const drawn = Array.from({ length: times }, () => symmetricBeta(shape, draws));
    const variance = 1 / (4 * (2 * shape + 1));
    expect(Math.abs(meanOf(drawn) - 0.5)).toBeLessThan(5 * Math.sqrt(variance / times));
    expect(Math.abs(varianceOf(drawn) - variance)).toBeLessThan(0.05 * variance);
  });
});

describe('multinomial', () => {
  it.each([
    ['whole', [0, 3, 1, 0, 6, 0]],
    ['fractional', [0, 0.3, 0.1, 0, 0.6, 0]],
  ])('with %s weights, draws each outcome in proportion and none without a weight', (_, weights) => {
    const found = [...multinomial(Float64Array.from(weights), times, drawsOf(5))];
    expect(found.reduce((a, b) => a + b, 0)).toBe(times);
    const total = weights.reduce((a, b) => a + b, 0);
    weights.forEach((weight, i) => {
      const expected = (times * weight) / total;
      expect(Math.abs(found[i]! - expected)).toBeLessThanOrEqual(5 * Math.sqrt(expected));
    });
  });
});
