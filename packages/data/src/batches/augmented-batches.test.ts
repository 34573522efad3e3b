import { describe, expect, it } from 'vitest';
import { tableOf } from '../../test/fixtures.js';
import { augment } from '../augmentation/augment.js';
import type { AugmentationStep } from '../augmentation/augmentation-step.js';
import { maskBases, substituteBases, truncateBases } from '../augmentation/change-bases.js';
import { dropAsvs } from '../augmentation/drop-asvs.js';
import { mixCommunities } from '../augmentation/mix-communities.js';
import { swapRelatives } from '../augmentation/swap-relatives.js';
import type { CommunityBatch } from './community-batch.js';
import { type CommunityDatasetOptions, createCommunityDataset } from './community-dataset.js';
import { makeBatch } from './make-batch.js';

const table = tableOf([
  [50, 20, 40, 0, 20, 0],
  [0, 70, 10, 0, 20, 0],
  [30, 0, 90, 0, 30, 0],
]);
const sequences = ['ACGTACGTAC', 'TTNATTTTTT', 'GGGGGGGGGG', 'CCCCCCCCCC', 'AUAUAUAUAU', 'CGCGCGCGCG'];
const datasetOf = (steps: readonly AugmentationStep[], options: Partial<CommunityDatasetOptions> = {}) =>
  createCommunityDataset(table, { sequences, augmentation: augment(steps), ...options });

/** What each sample has: reads by feature. */
const readsIn = (batch: CommunityBatch): Map<number, number>[] =>
  batch.sampleIds.map((_, sample) => {
    const slots = Array.from(batch.slotAsvs.keys()).slice(batch.slotOffsets[sample], batch.slotOffsets[sample + 1]);
    return new Map(slots.map((slot) => [batch.asvFeatures[batch.slotAsvs[slot]!]!, batch.slotCounts[slot]!]));
  });
const tokensIn = (batch: CommunityBatch): Map<number, number[]> =>
  new Map(
    Array.from(batch.asvFeatures, (feature, asv) => [
      feature,
      [...batch.asvTokens.subarray(batch.asvOffsets[asv], batch.asvOffsets[asv + 1])],
    ]),
  );

describe('augmented batches', () => {
  it('without steps are the plain ones', () => {
    const plain = createCommunityDataset(table, { sequences });
    expect(makeBatch(datasetOf([]), [0, 2], { epoch: 3 })).toEqual(makeBatch(plain, [0, 2]));
  });

  it('hold the same for a sample in any batch, and something else in each epoch', () => {
    const dataset = datasetOf([dropAsvs({ rate: 0.5 }), mixCommunities(), substituteBases({ rate: 0.3 })], {
      columns: { targets: [[1, 2, 3]] },
    });
    const together = makeBatch(dataset, [2, 0, 1], { epoch: 4 });
    for (const [place, row] of [2, 0, 1].entries()) {
      const alone = makeBatch(dataset, [row], { epoch: 4 });
      expect(readsIn(alone)[0]).toEqual(readsIn(together)[place]);
      expect(alone.targets![0]).toBe(together.targets![place]);
      for (const [feature, tokens] of tokensIn(alone)) expect(tokensIn(together).get(feature)).toEqual(tokens);
    }
    const epochs = Array.from({ length: 6 }, (_, epoch) => makeBatch(dataset, [0], { epoch }));
    expect(new Set(epochs.map((batch) => JSON.stringify([...readsIn(batch)[0]!]))).size).toBeGreaterThan(3);
  });

  it('hold after the limit of ASVs what is left, and everything present besides', () => {
    const batch = makeBatch(datasetOf([dropAsvs({ rate: 0.4 })], { maxAsvsPerSample: 2 }), [0, 1, 2], { epoch: 1 });
    batch.sampleIds.forEach((_, sample) => {
      const present = batch.presentFeatures.subarray(batch.presentOffsets[sample], batch.presentOffsets[sample + 1]);
      expect(readsIn(batch)[sample]!.size).toBe(Math.min(2, present.length));
      const reads = present.reduce(
        (sum, feature) => sum + table.counts[table.sampleOffsets[sample]! + placeOf(sample, feature)]!,
        0,
      );
      expect(batch.sampleReads[sample]).toBe(reads);
    });
  });

  const placeOf = (sample: number, feature: number): number =>
    table.featureIndices.subarray(table.sampleOffsets[sample], table.sampleOffsets[sample + 1]).indexOf(feature);

  it('may hold features that no sample of the data set has, with their sequences', () => {
    const toFive = swapRelatives({ rate: 1, relatives: () => [5] });
    const batch = makeBatch(datasetOf([toFive]), [0, 1]);
    expect(readsIn(batch)).toEqual([new Map([[5, 130]]), new Map([[5, 100]])]);
    expect(tokensIn(batch).get(5)).toEqual([5, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3]);
    expect([...batch.presentFeatures]).toEqual([5, 5]);
  });

  it('change the bases of an ASV alike for all samples, behind START', () => {
    const batch = makeBatch(datasetOf([maskBases({ rate: 0.5 }), truncateBases({ minimumBases: 4 })]), [0, 1, 2]);
    const tokens = tokensIn(batch);
    expect([...tokens.keys()]).toEqual([0, 1, 2, 4]);
    for (const ofAsv of tokens.values()) {
      expect(ofAsv[0]).toBe(5);
      expect(ofAsv.length).toBeGreaterThanOrEqual(5);
      expect(ofAsv.slice(1).every((token) => token <= 4)).toBe(true);
    }
    expect(
      tokens
        .get(2)!
        .slice(1)
        .some((token) => token === 0),
    ).toBe(true);
  });

  it('mix the targets of mixed samples and leave the others', () => {
    const columns = {
      targets: [
        [0, 1, 1],
        [10, 10, 10],
      ],
    };
    const mixed = makeBatch(datasetOf([mixCommunities({ alpha: 1 })], { columns }), [0, 1, 2], { epoch: 2 });
    expect(mixed.targets![0]! > 0 && mixed.targets![0]! < 1).toBe(true);
    for (const i of [1, 3, 5]) expect(Math.abs(mixed.targets![i]! - 10)).toBeLessThanOrEqual(1e-5);
    const dropped = makeBatch(datasetOf([dropAsvs({ rate: 0.5 })], { columns }), [1, 0]);
    expect([...dropped.targets!]).toEqual([1, 10, 0, 10]);
  });
});
