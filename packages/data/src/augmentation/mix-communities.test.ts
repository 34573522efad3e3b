import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyEpoch, anyRow, apply, communityOf, countsOf, meanCounts, poolOf } from '../../test/communities.js';
import { codeOf } from '../../test/fixtures.js';
import { readsOf } from './community.js';
import { cutCommunities, mixCommunities } from './mix-communities.js';

describe('mixing two samples', () => {
  const labelled = [
    communityOf('a', [40, 60, 0, 0], [1, 0, 10]),
    communityOf('b', [0, 50, 50, 0], [0, 1, 20]),
  ] as const;

  it('mixCommunities: for any two, keeps the total, takes reads of both only, and mixes labels by their shares', () => {
    fc.assert(
      fc.property(anyRow, anyRow, anyEpoch, (row, otherRow, epoch) => {
        const [a, b] = [communityOf('a', row, [1, 0]), communityOf('b', otherRow, [0, 1])];
        const mixed = apply(mixCommunities({ alpha: 1 }), a, epoch, poolOf(a, b));
        expect(readsOf(mixed)).toBe(readsOf(a));
        expect([...mixed.features].every((feature) => row[feature]! + otherRow[feature]! > 0)).toBe(true);
        expect(Math.abs(mixed.labels![0]! + mixed.labels![1]! - 1)).toBeLessThanOrEqual(1e-12);
        // Where the two share nothing, the label is the part of the reads.
        if (row.every((count, i) => count * otherRow[i]! === 0)) {
          const own = [...countsOf(mixed)].reduce((sum, [feature, count]) => sum + (row[feature]! > 0 ? count : 0), 0);
          expect(Math.abs(mixed.labels![0]! - own / readsOf(mixed))).toBeLessThanOrEqual(1e-12);
        }
      }),
    );
  });

  it('mixCommunities: on average is half of each, in reads and labels alike', () => {
    meanCounts(mixCommunities({ alpha: 1 }), [40, 60, 0, 0], 4000, poolOf(labelled[1])).forEach((mean, i) => {
      expect(Math.abs(mean - [20, 55, 25, 0][i]!)).toBeLessThan(1);
    });
    const labels = Array.from(
      { length: 3000 },
      (_, epoch) => apply(mixCommunities(), labelled[0], epoch, poolOf(...labelled)).labels!,
    );
    expect(Math.abs(labels.reduce((sum, label) => sum + label[2]!, 0) / 3000 - 15)).toBeLessThan(0.4);
  });

  it('cutCommunities: for any two of one depth, every count is one of a parent, and labels are the shares of the reads', () => {
    fc.assert(
      fc.property(anyRow, fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }), anyEpoch, (row, order, epoch) => {
        const otherRow = order.map((i) => row[i]!);
        const [a, b] = [communityOf('a', row, [1]), communityOf('b', otherRow, [0])];
        const cut = apply(cutCommunities(), a, epoch, poolOf(a, b));
        for (const [feature, count] of countsOf(cut)) expect([row[feature], otherRow[feature]]).toContain(count);
        if (row.every((count, i) => count * otherRow[i]! === 0)) {
          const own = [...countsOf(cut)].reduce((sum, [feature, count]) => sum + (row[feature]! > 0 ? count : 0), 0);
          expect(Math.abs(cut.labels![0]! - own / readsOf(cut))).toBeLessThanOrEqual(1e-12);
        }
      }),
    );
  });

  it('cutCommunities: rarefies the deeper sample first', () => {
    const deep = communityOf('deep', [0, 0, 1000, 0]);
    for (let epoch = 0; epoch < 50; epoch++) {
      const cut = countsOf(apply(cutCommunities(), labelled[0], epoch, poolOf(deep)));
      expect([undefined, 100]).toContain(cut.get(2));
    }
  });

  it('take each other sample of the pool equally often and never the sample itself; alone it stays as it is', () => {
    const others = [0, 1, 2].map((i) =>
      communityOf(
        `o${i}`,
        [0, 0, 0, 0, 0].map((_, j) => (j === i + 1 ? 9 : 0)),
      ),
    );
    const own = communityOf('a', [9]);
    const times = [0, 0, 0, 0];
    for (let epoch = 0; epoch < 3000; epoch++) {
      const mixed = apply(mixCommunities({ alpha: 50 }), own, epoch, poolOf(others[0]!, own, others[1]!, others[2]!));
      for (const feature of mixed.features) times[feature]! += 1;
    }
    times.slice(1).forEach((found) => {
      expect(Math.abs(found - 1000)).toBeLessThan(130);
    });
    expect(apply(mixCommunities(), own, 0, poolOf(own))).toBe(own);
    expect(apply(cutCommunities(), own, 0, poolOf())).toBe(own);
  });

  it('need a pool and whole reads', async () => {
    for (const step of [mixCommunities(), cutCommunities()]) {
      expect(await codeOf(() => apply(step, communityOf('a', [1]), 0))).toBe('OPTION_INVALID');
      expect(await codeOf(() => apply(step, communityOf('a', [0.5]), 0, poolOf(...labelled)))).toBe(
        'COUNTS_NOT_INTEGER',
      );
    }
  });
});
