import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, tableOf } from '../../test/fixtures.js';
import { rarefy } from '../rarefaction/rarefy.js';
import { tokenize } from '../sequences/tokenize.js';
import { batchCount } from './batch-count.js';
import type { CommunityBatch } from './community-batch.js';
import { type CommunityDatasetOptions, createCommunityDataset } from './community-dataset.js';
import { epochOrder } from './epoch-order.js';
import { makeBatch } from './make-batch.js';
import { normalizeCounts } from './normalize-counts.js';
import { sampleBatches } from './sample-batches.js';

const rows = [
  [5, 2, 4, 0, 2],
  [0, 7, 1, 0, 2],
  [3, 0, 9, 0, 3],
  [0, 0, 0, 1, 0],
];
const sequences = ['ACGT', 'TTNA', 'GG', 'CCCCCC', 'AU'];
const table = tableOf(rows);
const datasetOf = (options: Partial<CommunityDatasetOptions> = {}) =>
  createCommunityDataset(table, { sequences, ...options });

/** What each sample of a batch has, as lists of [feature, reads]. */
const contentsOf = (batch: CommunityBatch): [number, number][][] =>
  batch.sampleIds.map((_, sample) =>
    Array.from(batch.slotAsvs.subarray(batch.slotOffsets[sample], batch.slotOffsets[sample + 1]), (asv, i) => [
      batch.asvFeatures[asv]!,
      batch.slotCounts[batch.slotOffsets[sample]! + i]!,
    ]),
  );
const presentOf = (batch: CommunityBatch): number[][] =>
  batch.sampleIds.map((_, i) => [
    ...batch.presentFeatures.subarray(batch.presentOffsets[i], batch.presentOffsets[i + 1]),
  ]);
const tokensOf = (batch: CommunityBatch): number[][] =>
  Array.from(batch.asvFeatures, (_, i) => [...batch.asvTokens.subarray(batch.asvOffsets[i], batch.asvOffsets[i + 1])]);

describe('makeBatch', () => {
  it('holds every distinct ASV once, and per sample which and how many', () => {
    const batch = makeBatch(datasetOf({ slotOrder: 'table' }), [2, 0]);
    expect([...batch.sampleIndices]).toEqual([2, 0]);
    expect(batch.sampleIds).toEqual(['s3', 's1']);
    expect([...batch.sampleReads]).toEqual([15, 13]);
    expect([...batch.asvFeatures]).toEqual([0, 1, 2, 4]);
    expect(tokensOf(batch)).toEqual(['ACGT', 'TTNA', 'GG', 'AU'].map((sequence) => [...tokenize(sequence)]));
    expect([...batch.slotOffsets]).toEqual([0, 3, 7]);
    expect(contentsOf(batch)).toEqual([
      [
        [0, 3],
        [2, 9],
        [4, 3],
      ],
      [
        [0, 5],
        [1, 2],
        [2, 4],
        [4, 2],
      ],
    ]);
    expect(presentOf(batch)).toEqual([
      [0, 2, 4],
      [0, 1, 2, 4],
    ]);
  });

  it('puts the most abundant first, ties by sequence', () => {
    expect(contentsOf(makeBatch(datasetOf(), [0, 2]))).toEqual([
      [
        [0, 5],
        [2, 4],
        [4, 2],
        [1, 2],
      ],
      [
        [2, 9],
        [0, 3],
        [4, 3],
      ],
    ]);
  });

  it('cuts each sequence to basesPerAsv', () => {
    const batch = makeBatch(datasetOf({ basesPerAsv: 2 }), [0]);
    expect(tokensOf(batch)).toEqual([
      [5, 1, 2],
      [5, 4, 4],
      [5, 3, 3],
      [5, 1, 0],
    ]);
  });

  it.each([
    ['abundance', 'abundance', [0, 2]],
    ['abundance', 'table', [0, 2]],
    ['first', 'table', [0, 1]],
    ['first', 'abundance', [0, 1]],
  ] as const)('limits the ASVs of a sample by %s in the order of %s', (asvChoice, slotOrder, features) => {
    const batch = makeBatch(datasetOf({ maxAsvsPerSample: 2, asvChoice, slotOrder }), [0]);
    expect(contentsOf(batch)[0]!.map(([feature]) => feature)).toEqual(features);
    expect([...batch.sampleReads]).toEqual([13]);
    expect(presentOf(batch)).toEqual([[0, 1, 2, 4]]);
  });

  it('chooses random ASVs equally often, anew in each epoch only if draws are refreshed', () => {
    const chosen = (epoch: number, refreshRarefaction: boolean) =>
      contentsOf(
        makeBatch(
          datasetOf({ maxAsvsPerSample: 2, asvChoice: 'random', refreshRarefaction, slotOrder: 'table' }),
          [0],
          {
            epoch,
          },
        ),
      )[0]!.map(([feature]) => feature);
    expect(chosen(1, false)).toEqual(chosen(0, false));
    const times = new Map<string, number>();
    for (let epoch = 0; epoch < 1200; epoch++) {
      const key = chosen(epoch, true).join();
      times.set(key, (times.get(key) ?? 0) + 1);
    }
    expect([...times.keys()].sort()).toEqual(['0,1', '0,2', '0,4', '1,2', '1,4', '2,4']);
    for (const found of times.values()) expect(Math.abs(found - 200)).toBeLessThan(70);
  });

  it('draws the reads that rarefy draws, of epoch 0 or of the epoch asked for', () => {
    const depth = 6;
    const expected = (epoch: number) =>
      makeBatch(createCommunityDataset(rarefy(table, { depth, seed: 9, epoch }).table, { sequences }), [0, 1, 2]);
    const fixed = datasetOf({ rarefactionDepth: depth, seed: 9 });
    const fresh = datasetOf({ rarefactionDepth: depth, seed: 9, refreshRarefaction: true });
    expect(makeBatch(fixed, [0, 1, 2], { epoch: 4 })).toEqual(expected(0));
    expect(makeBatch(fresh, [0, 1, 2], { epoch: 0 })).toEqual(expected(0));
    expect(makeBatch(fresh, [0, 1, 2], { epoch: 4 })).toEqual(expected(4));
    expect(expected(4)).not.toEqual(expected(0));
  });

  it('for any samples beside it, gives a sample the same content', () => {
    const dataset = datasetOf({
      rarefactionDepth: 7,
      refreshRarefaction: true,
      maxAsvsPerSample: 2,
      asvChoice: 'random',
    });
    fc.assert(
      fc.property(fc.array(fc.nat(2), { minLength: 1 }), fc.nat(50), (picked, epoch) => {
        const together = contentsOf(makeBatch(dataset, picked, { epoch }));
        const alone = picked.map((row) => contentsOf(makeBatch(dataset, [row], { epoch }))[0]);
        expect(together).toEqual(alone);
      }),
    );
  });

  it.each([[[]], [[4]], [[-1]], [[0.5]], [[0, Number.NaN]]])('refuses the rows %j', async (wrong) => {
    expect(await codeOf(() => makeBatch(datasetOf(), wrong))).toBe('OPTION_INVALID');
  });
});

describe('createCommunityDataset', () => {
  it('leaves out samples below the depth and says which, or keeps all their reads', () => {
    const dropped = datasetOf({ rarefactionDepth: 11 });
    expect(dropped.sampleIds).toEqual(['s1', 's3']);
    expect(dropped.belowDepth).toEqual([
      { sampleId: 's2', reads: 10 },
      { sampleId: 's4', reads: 1 },
    ]);
    for (const refreshRarefaction of [false, true]) {
      const kept = datasetOf({ rarefactionDepth: 11, belowDepth: 'keep', refreshRarefaction });
      expect(kept.sampleIds).toEqual(table.sampleIds);
      expect(kept.belowDepth).toEqual(dropped.belowDepth);
      expect([...makeBatch(kept, [0, 1, 2, 3]).sampleReads]).toEqual([11, 10, 11, 1]);
    }
  });

  it('leaves out samples without reads and says which', () => {
    const withEmpty = tableOf([
      [0, 0],
      [1, 2],
    ]);
    const dataset = createCommunityDataset(withEmpty, { sequences: ['A', 'C'] });
    expect([dataset.sampleIds, dataset.withoutReads]).toEqual([['s2'], ['s1']]);
    const kept = createCommunityDataset(withEmpty, { sequences: ['A', 'C'], rarefactionDepth: 9, belowDepth: 'keep' });
    expect([kept.sampleIds, kept.withoutReads, kept.belowDepth]).toEqual([
      ['s2'],
      ['s1'],
      [{ sampleId: 's2', reads: 3 }],
    ]);
  });

  it('uses the samples asked for, in their order', () => {
    const dataset = datasetOf({ sampleIds: ['s3', 's1'] });
    expect(dataset.sampleIds).toEqual(['s3', 's1']);
    expect(makeBatch(dataset, [1]).sampleIds).toEqual(['s1']);
  });

  it('takes fractions only where no reads are drawn', async () => {
    const fractional = tableOf([[0.5, 2]]);
    const counts = makeBatch(createCommunityDataset(fractional, { sequences: ['A', 'C'] }), [0]).slotCounts;
    expect([...counts]).toEqual([2, 0.5]);
    expect(await codeOf(() => createCommunityDataset(fractional, { sequences: ['A', 'C'], rarefactionDepth: 1 }))).toBe(
      'COUNTS_NOT_INTEGER',
    );
  });

  it.each([
    ['an unknown sample', { sampleIds: ['s9'] }, 'SAMPLE_UNKNOWN'],
    ['a sample twice', { sampleIds: ['s1', 's1'] }, 'TABLE_ID_INVALID'],
    ['no samples', { sampleIds: [] }, 'TABLE_EMPTY'],
    ['a depth that no sample has', { rarefactionDepth: 99 }, 'RAREFACTION_LEAVES_NOTHING'],
    ['too few sequences', { sequences: ['A'] }, 'SEQUENCES_MISSING'],
    ['no bases', { basesPerAsv: 0 }, 'OPTION_INVALID'],
    ['no ASVs', { maxAsvsPerSample: 0 }, 'OPTION_INVALID'],
    ['a negative seed', { seed: -1 }, 'OPTION_INVALID'],
    ['an unknown choice', { asvChoice: 'last' as 'first' }, 'OPTION_INVALID'],
    ['an unknown order', { slotOrder: 'random' as 'table' }, 'OPTION_INVALID'],
    ['an unknown rule', { belowDepth: 'warn' as 'keep' }, 'OPTION_INVALID'],
    ['half a read', { rarefactionDepth: 0.5 }, 'OPTION_INVALID'],
  ])('refuses %s', async (_, options, code) => {
    expect(await codeOf(() => datasetOf(options))).toBe(code);
  });
});

describe('epochOrder', () => {
  it('visits from first to last, or in an order of its own in each epoch', () => {
    expect([...epochOrder(4)]).toEqual([0, 1, 2, 3]);
    const shuffled = (seed: number, epoch: number) => epochOrder(20, { shuffle: true, seed, epoch }).join();
    expect(shuffled(1, 0)).toBe(shuffled(1, 0));
    expect(new Set([shuffled(1, 0), shuffled(1, 1), shuffled(2, 0)]).size).toBe(3);
  });
});

describe('sampleBatches', () => {
  const dataset = datasetOf({ rarefactionDepth: 1, refreshRarefaction: true });

  it('for any batch size, covers every sample once, and from batch k on gives the batches from k on', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        fc.nat(9),
        fc.nat(5),
        (samplesPerBatch, shuffle, epoch, startBatch) => {
          const options = { samplesPerBatch, shuffle, epoch, seed: 2 };
          const batches = [...sampleBatches(dataset, options)];
          expect(batches.length).toBe(batchCount(4, options));
          expect(batches.flatMap(({ sampleIndices }) => [...sampleIndices]).sort()).toEqual([0, 1, 2, 3]);
          expect([...sampleBatches(dataset, { ...options, startBatch })]).toEqual(batches.slice(startBatch));
          const full = [...sampleBatches(dataset, { ...options, dropLast: true })];
          expect(full).toEqual(batches.filter(({ sampleIds }) => sampleIds.length === samplesPerBatch));
        },
      ),
    );
  });

  it('can be walked through twice', () => {
    const batches = sampleBatches(dataset, { samplesPerBatch: 2, shuffle: true });
    expect([...batches]).toEqual([...batches]);
  });

  it.each([{ samplesPerBatch: 0 }, { samplesPerBatch: 1.5 }, { samplesPerBatch: 1, startBatch: -1 }])(
    'refuses %j at the call',
    async (wrong) => {
      expect(await codeOf(() => sampleBatches(dataset, wrong))).toBe('OPTION_INVALID');
    },
  );
});

describe('normalizeCounts', () => {
  const batch = makeBatch(datasetOf({ maxAsvsPerSample: 2 }), [0, 3]);
  const scaled = (how: Parameters<typeof normalizeCounts>[1]) => [...normalizeCounts(batch, how)];

  it('scales by all reads of the sample, also those beyond the limit of ASVs', () => {
    expect(scaled('relative')).toEqual([5 / 13, 4 / 13, 1].map(Math.fround));
    expect(scaled('log')).toEqual([Math.log(6) / Math.log(14), Math.log(5) / Math.log(14), 1].map(Math.fround));
    expect(scaled('raw')).toEqual([5, 4, 1]);
  });

  it('centres logarithms by what is present, so that they add up to zero and reads cancel', () => {
    const mean = (Math.log(5) + Math.log(4)) / 2;
    expect(scaled('clr')).toEqual([Math.log(5) - mean, Math.log(4) - mean, 0].map(Math.fround));
    const tenfold = { ...batch, slotCounts: batch.slotCounts.map((count) => 10 * count) };
    normalizeCounts(tenfold, 'clr').forEach((value, slot) => {
      expect(Math.abs(value - scaled('clr')[slot]!)).toBeLessThanOrEqual(1e-6);
    });
  });

  it('scales between given limits, and only shifts where they are equal', async () => {
    expect(scaled({ minimum: 1, maximum: 9 })).toEqual([0.5, 0.375, 0]);
    expect(scaled({ minimum: 1, maximum: 1 })).toEqual([4, 3, 0]);
    expect(await codeOf(() => scaled({ minimum: 2, maximum: 1 }))).toBe('TRANSFORM_UNDEFINED');
    expect(await codeOf(() => scaled({ minimum: Number.NaN, maximum: 1 }))).toBe('TRANSFORM_UNDEFINED');
  });
});
