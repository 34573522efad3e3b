import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createCommunityDataset, makeBatch, readFeatureTable } from '@seq/data';
import { SequenceEncoder, type SlotPositions } from '@seq/model';
import { noGrad, ParameterStore, tidy } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { batchToDevice } from '../src/batch-to-device.js';

const demo = (file: string): string => fileURLToPath(new URL(`../../../examples/ecam/data/${file}`, import.meta.url));

describe('the order of slots in batches', () => {
  it('is that of abundance ranks, ties included, so that both kinds of places give equal bits on the demo data', async () => {
    const table = await readFeatureTable(demo('table.biom'));
    const fasta = readFileSync(demo('rep-seqs.fasta'), 'utf8').split('>').slice(1);
    const byId = new Map(fasta.map((entry) => [entry.split(/\s/)[0]!, entry.split('\n').slice(1).join('').trim()]));
    const sequences = table.featureIds.map((id) => byId.get(id)!);
    const dataset = createCommunityDataset(table, { sequences, rarefactionDepth: 500, basesPerAsv: 100, seed: 1 });
    const batch = makeBatch(dataset, [3, 0, 7, 12]);
    const embeddings = (slotPositions: SlotPositions, input = batchToDevice(batch)) => {
      const layers = { asv: 1, sample: 1, encoder: 1 };
      const config = { embeddingWidth: 8, heads: 2, layers, basesPerAsv: 100, slotPositions };
      const encoder = new SequenceEncoder(new ParameterStore({ seed: 1 }).scope(), config);
      return tidy(() => noGrad(() => [...encoder.forward(input).embeddings.toTypedArray()]));
    };
    const counts = [...batch.slotCounts];
    expect(counts.length).toBeGreaterThan(60);
    expect(counts.length - new Set(counts).size).toBeGreaterThan(20);
    expect(embeddings('abundanceRank')).toEqual(embeddings('compat'));
    expect(embeddings('none')).not.toEqual(embeddings('compat'));
  });
});
