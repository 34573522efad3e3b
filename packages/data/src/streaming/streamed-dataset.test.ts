import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeOf, tableOf, temporaryFolder } from '../../test/fixtures.js';
import { batchesOf, sequences, smallSource, streamed, table } from '../../test/small-stream.js';
import { augment } from '../augmentation/augment.js';
import type { CommunityDatasetOptions } from '../batches/community-dataset.js';
import { sampleBatches } from '../batches/sample-batches.js';
import { withSampleColumns } from '../batches/with-sample-columns.js';
import { withoutAugmentation } from '../batches/without-augmentation.js';
import { writeShards } from '../shards/write-shards.js';
import { sourceOfTable } from './feature-table-source.js';
import { openFeatureTable } from './open-feature-table.js';
import type { StreamedBatchesOptions } from './streamed-batches.js';
import { createStreamedDataset, type StreamedDataset } from './streamed-dataset.js';

describe('createStreamedDataset', () => {
  const created = (options: Partial<CommunityDatasetOptions>) => streamed(options);

  it('gives columns to the samples they belong to, in whatever order these are named', async () => {
    const dataset = await created({ sampleIds: ['s9', 's2'], columns: { targets: [[90, 20]] } });
    for (const [blocksPerBuffer, order] of [
      [8, ['s9', 's2']],
      [1, ['s2', 's9']],
    ] as const) {
      const [batch] = await batchesOf(dataset, { samplesPerBatch: 2, blocksPerBuffer });
      expect([batch!.sampleIds, [...batch!.targets!]]).toEqual([order, order.map((id) => 10 * Number(id.slice(1)))]);
      expect(Array.from(batch!.sampleIndices, (index) => dataset.sampleIds[index])).toEqual(order);
    }
  });

  it('leaves out samples without reads, also where those below the depth are kept, and names both', async () => {
    const { source } = smallSource(
      tableOf([
        [1, 0, 2],
        [0, 0, 0],
        [0, 4, 0],
        [9, 9, 9],
      ]),
    );
    const options = { sequences: ['A', 'C', 'G'], rarefactionDepth: 5 };
    const kept = await createStreamedDataset(source, { ...options, belowDepth: 'keep' });
    const below = [
      { sampleId: 's1', reads: 3 },
      { sampleId: 's3', reads: 4 },
    ];
    expect(kept).toMatchObject({ sampleIds: ['s1', 's3', 's4'], withoutReads: ['s2'], belowDepth: below });
    const dropped = await createStreamedDataset(source, options);
    expect(dropped).toMatchObject({ sampleIds: ['s4'], withoutReads: ['s2'], belowDepth: below, sampleCount: 1 });
    expect(await codeOf(() => createStreamedDataset(source, { ...options, sampleIds: ['s2'] }))).toBe('TABLE_EMPTY');
    expect(await codeOf(() => createStreamedDataset(source, { ...options, sampleIds: ['s2', 's1'] }))).toBe(
      'RAREFACTION_LEAVES_NOTHING',
    );
  });

  it('keeps the names of shards packed, also with other columns, and gives those of the samples in use', async () => {
    const folder = join(temporaryFolder(), 'shards');
    await writeShards(sourceOfTable(table), folder, { samplesPerBatch: 4 });
    await using source = await openFeatureTable(folder);
    const ofShards = (options: Partial<CommunityDatasetOptions> = {}) =>
      createStreamedDataset(source, { sequences, ...options });
    const isPacked = (dataset: StreamedDataset): boolean =>
      Object.getOwnPropertyDescriptor(dataset, 'sampleIds')!.get !== undefined;
    for (const options of [{}, { rarefactionDepth: 12 }, { sampleIds: ['s7', 's2', 's5'] }]) {
      const [dataset, wanted] = [await ofShards(options), await streamed(options)];
      expect([dataset.sampleIds, dataset.belowDepth]).toEqual([wanted.sampleIds, wanted.belowDepth]);
      expect(dataset.sampleCount).toBe(wanted.sampleIds.length);
      expect([isPacked(dataset), isPacked(wanted)]).toEqual([true, false]);
      const weighted = withSampleColumns(dataset, { weights: wanted.sampleIds.map((_, i) => i) });
      expect([isPacked(weighted), weighted.sampleIds]).toEqual([true, wanted.sampleIds]);
      expect(weighted.columns.sampleWeights).toEqual(Float32Array.from(wanted.sampleIds, (_, i) => i));
      expect(dataset.columns).toEqual({});
      const augmented = await ofShards({ ...options, augmentation: augment([]) });
      const plain = withoutAugmentation(augmented);
      expect([isPacked(plain), plain.augmentation, plain.sampleIds]).toEqual([true, undefined, wanted.sampleIds]);
      expect(augmented.augmentation).toBeDefined();
    }
  });

  it('shares the tokens of a dataset that is alike, and of no other', async () => {
    const { source } = smallSource();
    const other = await createStreamedDataset(source, { sequences, basesPerAsv: 3 });
    const shared = await createStreamedDataset(source, { sequences, basesPerAsv: 3, sampleIds: ['s2'], alike: other });
    expect([shared.tokens === other.tokens, shared.sequenceRanks === other.sequenceRanks]).toEqual([true, true]);
    for (const options of [{ basesPerAsv: 2 }, { basesPerAsv: 3, sequences: [...sequences].reverse() }]) {
      const given = { sequences, ...options };
      const found = await createStreamedDataset(source, { ...given, alike: other });
      expect(found.tokens).toEqual((await createStreamedDataset(source, given)).tokens);
      expect(found.tokens).not.toEqual(other.tokens);
    }
  });

  it.each<[string, Partial<CommunityDatasetOptions>, string]>([
    ['an unknown sample', { sampleIds: ['s99'] }, 'SAMPLE_UNKNOWN'],
    ['a sample twice', { sampleIds: ['s1', 's1'] }, 'TABLE_ID_INVALID'],
    ['no samples', { sampleIds: [] }, 'TABLE_EMPTY'],
    ['a depth that no sample has', { rarefactionDepth: 999 }, 'RAREFACTION_LEAVES_NOTHING'],
    ['too few sequences', { sequences: ['A'] }, 'SEQUENCES_MISSING'],
    ['no bases', { basesPerAsv: 0 }, 'OPTION_INVALID'],
    ['columns of another length', { columns: { weights: [1] } }, 'OPTION_INVALID'],
  ])('refuses %s', async (_, options, code) => {
    expect(await codeOf(() => created(options))).toBe(code);
  });

  it('refuses fractions where reads are drawn, and names the sample', async () => {
    const { source } = smallSource(
      tableOf([
        [1, 2],
        [0.5, 3],
      ]),
    );
    const making = createStreamedDataset(source, { sequences: ['A', 'C'], rarefactionDepth: 1 });
    await expect(making).rejects.toThrow('in sample "s2"');
  });

  it.each<Partial<StreamedBatchesOptions>>([
    { samplesPerBatch: 0 },
    { blocksPerBuffer: 0 },
    { buffersAhead: -1 },
    { startBatch: -1 },
    { epoch: 0.5 },
    { seed: -1 },
    { worker: { index: 2, count: 2 } },
  ])('refuses %j at the call', async (wrong) => {
    const dataset = await streamed();
    expect(await codeOf(() => sampleBatches(dataset, { samplesPerBatch: 1, ...wrong }))).toBe('OPTION_INVALID');
  });
});
