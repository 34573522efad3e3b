// Targets of base heads beside plain loops: taxa of a sample, and its distance from all training samples together.
import { type CommunityBatch, makeBatch, sampleBatches } from '@seq/data';
import { createUnifrac, parseNewick } from '@seq/unifrac';
import { describe, expect, it } from 'vitest';
import { poolTargets, taxonTargets } from '../src/index.js';
import { datasets, table } from './training-runs.js';

const batch = makeBatch(datasets.training, [0, 3, 7], { epoch: 2 });

/** Reads of each feature of the samples of a batch. */
function rowsOf({ presentOffsets, presentFeatures, presentCounts }: CommunityBatch): Map<number, number>[] {
  return Array.from({ length: presentOffsets.length - 1 }, (_, sample) => {
    const entries = Array.from({ length: presentOffsets[sample + 1]! - presentOffsets[sample]! }, (_unused, i) => {
      const at = presentOffsets[sample]! + i;
      return [presentFeatures[at]!, presentCounts[at]!] as const;
    });
    return new Map(entries);
  });
}

function close(found: ArrayLike<number>, wanted: readonly number[], allowed = 1e-12): void {
  expect(found.length).toBe(wanted.length);
  for (const [i, want] of wanted.entries()) {
    expect(Math.abs(found[i]! - want) <= allowed, `${i}: ${found[i]}, ${want}`).toBe(true);
  }
}

describe('taxonTargets', () => {
  // Feature i: unknown, a phylum alone, or one of two genera.
  const lineages = table.featureIds.map((_, i) => {
    return [[], ['B', 'F'], ['B', 'F', 'C', 'O', 'F', 'g1', 's'], ['B', 'F', 'C', 'O', 'F', 'g2']][i % 4]!;
  });

  it('gives the square roots of the shares of taxa, as plain loops do', () => {
    const { taxa, values } = taxonTargets(lineages);
    expect(taxa).toEqual(['B; F', 'B; F; C; O; F; g1', 'B; F; C; O; F; g2', 'Unassigned']);
    const found = values(batch);
    const wanted = rowsOf(batch).flatMap((row) => {
      const reads = [...row.values()].reduce((sum, count) => sum + count, 0);
      return [1, 2, 3, 0].map((kind) => {
        const own = [...row].reduce((sum, [feature, count]) => sum + (feature % 4 === kind ? count : 0), 0);
        return Math.sqrt((4 * own) / reads);
      });
    });
    close(found, wanted);
    // Mean squares are 1.
    for (let sample = 0; sample < 3; sample++) {
      const squares = Array.from(found as Float64Array).slice(4 * sample, 4 * sample + 4);
      expect(Math.abs(squares.reduce((sum, value) => sum + value * value, 0) / 4 - 1)).toBeLessThanOrEqual(1e-12);
    }
  });

  it('takes features together at the rank that is asked for', () => {
    expect(taxonTargets(lineages, { rank: 1 }).taxa).toEqual(['B', 'Unassigned']);
    expect(taxonTargets(lineages, { rank: 7 }).taxa).toHaveLength(4);
  });

  it('refuses tables without lineages and ranks that are none', () => {
    const refused = (words: RegExp) =>
      expect.objectContaining({ code: 'TRAINING_OPTIONS', message: expect.stringMatching(words) });
    expect(() => taxonTargets([[], []])).toThrow(refused(/none of 2 features has a lineage/));
    expect(() => taxonTargets(lineages, { rank: 0 })).toThrow(refused(/rank is 0/));
    expect(() => taxonTargets(lineages, { rank: 1.5 })).toThrow(refused(/rank is 1.5/));
  });
});

describe('poolTargets', () => {
  it('gives the UniFrac distances from the pooled training samples, as sums over a star tree say', async () => {
    const lengths = table.featureIds.map((_, i) => 0.1 + (i % 7) / 10);
    const tree = parseNewick(`(${table.featureIds.map((id, i) => `${id}:${lengths[i]}`).join(',')});`);
    using unifrac = createUnifrac(tree, table.featureIds);
    const found = (await poolTargets(unifrac, sampleBatches(datasets.training, { samplesPerBatch: 3 })))(batch);

    const pool = new Array<number>(table.featureIds.length).fill(0);
    const all = datasets.training.sampleIds.map((_, i) => i);
    for (const row of rowsOf(makeBatch(datasets.training, all))) {
      for (const [feature, count] of row) pool[feature]! += count / 60 / all.length;
    }
    const wanted = rowsOf(batch).flatMap((row) => {
      const reads = [...row.values()].reduce((sum, count) => sum + count, 0);
      const sums = { unique: 0, any: 0, apart: 0, both: 0 };
      for (const [feature, length] of lengths.entries()) {
        const [a, b] = [(row.get(feature) ?? 0) / reads, pool[feature]!];
        if (a > 0 !== b > 0) sums.unique += length;
        if (a > 0 || b > 0) sums.any += length;
        sums.apart += length * Math.abs(a - b);
        sums.both += length * (a + b);
      }
      return [sums.unique / sums.any, sums.apart / sums.both];
    });
    // Distances are summed up in fixed point.
    close(found, wanted, 1e-6);
    expect(Array.from(found as Float64Array).every((value) => value > 0 && value < 1)).toBe(true);
  });
});
