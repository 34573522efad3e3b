import { describe, expect, it } from 'vitest';
import {
  createCommunityDataset,
  findLeakage,
  groupColumn,
  normalizeCounts,
  readFasta,
  readFeatureTable,
  readSampleMetadata,
  resolveSequences,
  sampleBatches,
  splitSamples,
  tokenize,
} from '../src/index.js';
import { demoPath } from './fixtures.js';

const open = async () => {
  const table = await readFeatureTable(demoPath('table.biom'));
  return resolveSequences(table, { fasta: await readFasta(demoPath('rep-seqs.fasta')) });
};

describe('the demo data', () => {
  it('become batches that hold every sample at the rarefaction depth, each ASV tokenised once', async () => {
    const { table, sequences } = await open();
    const depth = 1000;
    const dataset = createCommunityDataset(table, {
      sequences,
      rarefactionDepth: depth,
      refreshRarefaction: true,
      maxAsvsPerSample: 20,
    });
    expect(dataset.sampleIds.length + dataset.belowDepth.length + dataset.withoutReads.length).toBe(table.sampleCount);
    const seen: string[] = [];
    for (const batch of sampleBatches(dataset, { samplesPerBatch: 32, shuffle: true, seed: 1, epoch: 2 })) {
      seen.push(...batch.sampleIds);
      expect(batch.sampleReads.every((reads) => reads === depth)).toBe(true);
      expect(new Set(batch.asvFeatures).size).toBe(batch.asvFeatures.length);
      expect(new Set(batch.slotAsvs).size).toBe(batch.asvFeatures.length);
      batch.asvFeatures.forEach((feature, asv) => {
        const tokens = batch.asvTokens.subarray(batch.asvOffsets[asv], batch.asvOffsets[asv + 1]);
        expect(tokens).toEqual(tokenize(sequences[feature]!, { basesPerAsv: 150 }));
      });
      const scaled = normalizeCounts(batch, 'log');
      expect(scaled.every((value) => value > 0 && value <= 1)).toBe(true);
      batch.sampleIds.forEach((_, sample) => {
        const slots = batch.slotCounts.subarray(batch.slotOffsets[sample], batch.slotOffsets[sample + 1]);
        expect(slots).toEqual(slots.slice().sort().reverse());
        const present = batch.presentOffsets[sample + 1]! - batch.presentOffsets[sample]!;
        expect(slots.length).toBe(Math.min(present, 20));
      });
    }
    expect(seen.sort()).toEqual([...dataset.sampleIds].sort());
  });

  it('leak hosts into validation when split sample by sample, and not when split by host', async () => {
    const { table } = await open();
    const metadata = await readSampleMetadata(demoPath('metadata.tsv'));
    const column = 'host_subject_id';
    const sampleIds = table.sampleIds.filter((id) => metadata.sampleIds.includes(id));
    const groups = groupColumn(metadata, { column, sampleIds });
    const labelOf = (id: string): string => groups[sampleIds.indexOf(id)]!;
    const bySample = splitSamples(sampleIds, { fraction: 0.2, seed: 1 });
    const byHost = splitSamples(sampleIds, { fraction: 0.2, seed: 1, groups });
    expect(findLeakage(bySample, { column, labelOf })?.sharedGroups.length).toBeGreaterThan(10);
    expect(findLeakage(byHost, { column, labelOf })).toBeUndefined();
    expect(byHost.validation.length).toBe(Math.round(0.2 * sampleIds.length));
  });
});
