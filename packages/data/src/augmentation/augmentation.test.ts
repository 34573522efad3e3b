import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyEpoch, anyRow, apply, communityOf, countsOf, meanCounts, poolOf } from '../../test/communities.js';
import { codeOf } from '../../test/fixtures.js';
import { augment } from './augment.js';
import type { AugmentationStep, CommunityStep } from './augmentation-step.js';
import { readsOf } from './community.js';
import { dropAsvs } from './drop-asvs.js';
import { jitterAbundances } from './jitter-abundances.js';
import { cutCommunities, mixCommunities } from './mix-communities.js';
import { subsampleReads } from './subsample-reads.js';
import { swapRelatives } from './swap-relatives.js';

const everyStep: [string, CommunityStep][] = [
  ['subsampleReads', subsampleReads({ minimumShare: 0.2 })],
  ['dropAsvs', dropAsvs({ rate: 0.5 })],
  ['jitterAbundances', jitterAbundances()],
  ['jitterAbundances with a Dirichlet distribution', jitterAbundances({ concentration: 3 })],
  ['swapRelatives', swapRelatives({ rate: 0.5, relatives: (feature) => [(feature + 1) % 6, (feature + 5) % 6] })],
  ['mixCommunities', mixCommunities()],
  ['cutCommunities', cutCommunities()],
];

describe.each(everyStep)('%s', (_, step) => {
  it('for any community, gives a valid one, leaves the given one alone, and is a pure function of seed, id and epoch', () => {
    fc.assert(
      fc.property(anyRow, anyRow, anyEpoch, (row, otherRow, epoch) => {
        const community = communityOf('a', row);
        const pool = poolOf(community, communityOf('b', otherRow));
        const changed = apply(step, community, epoch, pool);
        expect(changed.features.length).toBeGreaterThan(0);
        expect(changed.counts.length).toBe(changed.features.length);
        expect(changed.features).toEqual(Uint32Array.from(new Set(changed.features)).sort());
        expect(changed.counts.every((count) => Number.isInteger(count) && count > 0)).toBe(true);
        expect(community).toEqual(communityOf('a', row));
        expect(apply(step, community, epoch, pool)).toEqual(changed);
      }),
    );
  });

  it('depends on the epoch, the seed and the sample', () => {
    const row = [30, 20, 10, 5, 4, 1];
    const pool = poolOf(communityOf('a', row), communityOf('b', [1, 0, 9, 0, 50, 40]));
    const draw = (sampleId: string, seed: number): string =>
      Array.from({ length: 8 }, (_unused, epoch) =>
        augment([step]).community(communityOf(sampleId, row), { seed, epoch, pool }).counts.join(),
      ).join(';');
    expect(new Set([draw('a', 1), draw('a', 2), draw('c', 1)]).size).toBe(3);
    expect(new Set(draw('a', 1).split(';')).size).toBeGreaterThan(1);
  });
});

describe('subsampleReads', () => {
  it('for any community, keeps a share within the limits, and no count grows', () => {
    fc.assert(
      fc.property(anyRow, anyEpoch, (row, epoch) => {
        const community = communityOf('a', row);
        const kept = apply(subsampleReads({ minimumShare: 0.25, maximumShare: 0.75 }), community, epoch);
        const reads = readsOf(community);
        expect(readsOf(kept)).toBeGreaterThanOrEqual(Math.max(1, Math.round(0.25 * reads)));
        expect(readsOf(kept)).toBeLessThanOrEqual(Math.max(1, Math.round(0.75 * reads)));
        for (const [feature, count] of countsOf(kept)) expect(count).toBeLessThanOrEqual(row[feature]!);
      }),
    );
  });

  it('keeps the expected composition', () => {
    const means = meanCounts(subsampleReads({ minimumShare: 0.5, maximumShare: 0.5 }), [60, 30, 10]);
    [30, 15, 5].forEach((mean, i) => {
      expect(Math.abs(means[i]! - mean)).toBeLessThan(0.3);
    });
  });
});

describe('dropAsvs', () => {
  it('for any community, keeps the counts of what stays', () => {
    fc.assert(
      fc.property(anyRow, anyEpoch, fc.double({ min: 0, max: 1, noNaN: true }), (row, epoch, rate) => {
        const kept = apply(dropAsvs({ rate }), communityOf('a', row), epoch);
        for (const [feature, count] of countsOf(kept)) expect(count).toBe(row[feature]);
      }),
    );
  });

  it('drops each at the rate, and at rate 1 leaves one, each equally likely', () => {
    meanCounts(dropAsvs({ rate: 0.25 }), [1, 1, 1, 1, 1, 1]).forEach((mean) => {
      expect(Math.abs(mean - 0.75)).toBeLessThan(0.04);
    });
    meanCounts(dropAsvs({ rate: 1 }), [5, 1, 1]).forEach((mean, i) => {
      expect(Math.abs(mean - [5, 1, 1][i]! / 3)).toBeLessThan(0.2);
    });
    expect(countsOf(apply(dropAsvs({ rate: 0 }), communityOf('a', [1, 2]), 0))).toEqual(
      new Map([
        [0, 1],
        [1, 2],
      ]),
    );
  });
});

describe('jitterAbundances', () => {
  it('for any community, keeps the total, and no ASV appears', () => {
    fc.assert(
      fc.property(
        anyRow,
        anyEpoch,
        fc.option(fc.double({ min: 0.01, max: 1e6, noNaN: true })),
        (row, epoch, concentration) => {
          const community = communityOf('a', row);
          const step = jitterAbundances(concentration === null ? {} : { concentration });
          const drawn = apply(step, community, epoch);
          expect(readsOf(drawn)).toBe(readsOf(community));
          expect([...drawn.features].every((feature) => row[feature]! > 0)).toBe(true);
        },
      ),
    );
  });

  it('keeps the expected composition, spread as the multinomial and the Dirichlet-multinomial distribution are', () => {
    const spread = (step: CommunityStep): { mean: number; variance: number } => {
      const first = Array.from(
        { length: 6000 },
        (_, epoch) => countsOf(apply(step, communityOf('s', [30, 60, 10]), epoch)).get(0) ?? 0,
      );
      const mean = first.reduce((a, b) => a + b, 0) / first.length;
      return { mean, variance: first.reduce((a, b) => a + (b - mean) ** 2, 0) / first.length };
    };
    const plain = spread(jitterAbundances());
    const wild = spread(jitterAbundances({ concentration: 9 }));
    expect(Math.abs(plain.mean - 30)).toBeLessThan(0.4);
    expect(Math.abs(wild.mean - 30)).toBeLessThan(1);
    // n p (1 - p), and times (n + a) / (1 + a) with concentration a.
    expect(Math.abs(plain.variance - 21)).toBeLessThan(2);
    expect(Math.abs(wild.variance - (21 * 109) / 10)).toBeLessThan(20);
  });
});

describe('swapRelatives', () => {
  it('for any community, keeps the total, and every read stays or goes to a relative', () => {
    // Features are related in pairs: 0 and 1, 2 and 3; 4 and 5 have no relatives.
    const relatives = [[1], [0], [3], [2], [], []];
    fc.assert(
      fc.property(anyRow, anyEpoch, fc.double({ min: 0, max: 1, noNaN: true }), (row, epoch, rate) => {
        const community = communityOf('a', row);
        const swapped = countsOf(apply(swapRelatives({ rate, relatives }), community, epoch));
        const sum = (...features: number[]): number => features.reduce((all, f) => all + (swapped.get(f) ?? 0), 0);
        expect(sum(0, 1)).toBe(row[0]! + row[1]!);
        expect(sum(2, 3)).toBe(row[2]! + row[3]!);
        expect(sum(4)).toBe(row[4]!);
        expect(sum(5)).toBe(row[5]!);
      }),
    );
  });

  it('swaps at the rate, to each relative equally often, and takes a list or a function', () => {
    const step = swapRelatives({ rate: 0.5, relatives: (feature) => (feature === 0 ? [1, 2] : []) });
    meanCounts(step, [8, 0, 0]).forEach((mean, i) => {
      expect(Math.abs(mean - [4, 2, 2][i]!)).toBeLessThan(0.4);
    });
    const all = swapRelatives({ rate: 1, relatives: [[1]] });
    expect(countsOf(apply(all, communityOf('a', [3, 4]), 0))).toEqual(new Map([[1, 7]]));
  });
});

describe('augment', () => {
  const steps: AugmentationStep[] = [
    subsampleReads({ minimumShare: 0.5 }),
    dropAsvs({ rate: 0.3 }),
    dropAsvs({ rate: 0.3 }),
  ];
  const community = communityOf('a', [30, 20, 10, 5, 4, 1]);

  it('applies steps from first to last, each from a stream of its own', () => {
    for (let epoch = 0; epoch < 20; epoch++) {
      const key = { seed: 1, epoch };
      const first = augment(steps.slice(0, 1)).community(community, key);
      const all = augment(steps).community(community, key);
      for (const [feature, count] of countsOf(all)) expect(count).toBe(countsOf(first).get(feature));
    }
    const twice = Array.from({ length: 200 }, (_, epoch) =>
      augment(steps.slice(1)).community(community, { seed: 1, epoch }),
    );
    const kept = twice.reduce((sum, { features }) => sum + features.length, 0) / (200 * 6);
    // Two draws of their own keep 0.7 squared of the ASVs; one draw used twice would keep 0.7.
    expect(Math.abs(kept - 0.49)).toBeLessThan(0.06);
  });

  it('without steps changes nothing', () => {
    expect(augment([]).community(community, { seed: 0, epoch: 0 })).toBe(community);
  });

  it('refuses wrong keys and options', async () => {
    expect(await codeOf(() => augment(steps).community(community, { seed: -1, epoch: 0 }))).toBe('OPTION_INVALID');
    expect(await codeOf(() => augment(steps).community(community, { seed: 1, epoch: 0.5 }))).toBe('OPTION_INVALID');
    for (const make of [
      () => subsampleReads({ minimumShare: 0 }),
      () => subsampleReads({ minimumShare: 0.5, maximumShare: 0.4 }),
      () => dropAsvs({ rate: 1.1 }),
      () => dropAsvs({ rate: Number.NaN }),
      () => jitterAbundances({ concentration: 0 }),
      () => mixCommunities({ alpha: 0 }),
      () => cutCommunities({ alpha: Number.POSITIVE_INFINITY }),
      () => swapRelatives({ rate: -1, relatives: [] }),
    ]) {
      expect(await codeOf(make)).toBe('OPTION_INVALID');
    }
  });
});
