import { describe, expect, it } from 'vitest';
import { falseDiscoveryRates } from './pairwise-permanova.js';

describe('falseDiscoveryRates', () => {
  it('gives the values of p.adjust(method = "BH") of R', () => {
    // p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.9), "BH") = 0.025 0.050 0.050 0.025 0.900
    const found = falseDiscoveryRates([0.01, 0.04, 0.03, 0.005, 0.9]);
    for (const [at, wanted] of [0.025, 0.05, 0.05, 0.025, 0.9].entries()) expect(found[at]).toBeCloseTo(wanted, 12);
    // p.adjust(c(0.01, 0.02, 0.021), "BH") = 0.021 0.021 0.021: a larger p-value never has a smaller rate.
    for (const rate of falseDiscoveryRates([0.01, 0.02, 0.021])) expect(rate).toBeCloseTo(0.021, 12);
    expect(falseDiscoveryRates([])).toEqual([]);
  });
});
