import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { FeatureTable, readFeatureTable } from '@seq/data';
import { describe, expect, it } from 'vitest';
import { openTree, parseNewick, type UnifracMetricOptions, unifracMatrix, unifracToReferences } from '../src/index.js';
import { randomStudy } from './small-tables.js';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/ssu/${name}`, import.meta.url));

const metrics: Readonly<Record<string, UnifracMetricOptions>> = {
  unweighted: { metric: 'unweighted' },
  weighted_normalized: { metric: 'weightedNormalized' },
  weighted_unnormalized: { metric: 'weightedUnnormalized' },
  generalized: { metric: 'generalized', alpha: 0.5 },
};

describe.each(Object.entries(metrics))('variance-adjusted %s', (name, metric) => {
  it('is what ssu computes', async () => {
    const known = JSON.parse(await readFile(fixture('variance-adjusted.json'), 'utf8')) as {
      readonly ids: readonly string[];
      readonly [metric: string]: readonly (number | string)[];
    };
    const table = await readFeatureTable(fixture('table.tsv'));
    using tree = await openTree(fixture('tree.nwk'));
    for (const [precision, tolerance] of [
      ['exact', 1e-12],
      ['default', 1e-6],
    ] as const) {
      const options = { ...metric, varianceAdjusted: true, lengthPrecision: 'f32', precision } as const;
      const { ids, condensed } = await unifracMatrix(table, tree, options);
      expect(ids).toEqual(known.ids);
      condensed.forEach((distance, pair) => {
        expect(Math.abs(distance - (known[name]![pair] as number))).toBeLessThanOrEqual(tolerance);
      });
    }
  });

  it.each([
    ['samples of any depth', (count: number) => count],
    ['samples of one depth', () => 1],
    ['fractional counts', (count: number) => count / 7],
  ] as const)('of %s is within 1e-6 by default, with the same bits for any threads and shape', async (what, change) => {
    const { table: drawn, newick } = randomStudy(75, 150);
    const table = what === 'samples of one depth' ? sameDepth(drawn) : withCounts(drawn, drawn.counts.map(change));
    using tree = parseNewick(newick);
    const options = { ...metric, varianceAdjusted: true };
    const exact = await unifracMatrix(table, tree, { ...options, precision: 'exact', threads: 1 });
    const range = name === 'weighted_unnormalized' ? Math.max(...exact.condensed) : 1;
    for (const precision of ['exact', 'default'] as const) {
      const one = await unifracMatrix(table, tree, { ...options, precision, threads: 1 });
      one.condensed.forEach((distance, pair) => {
        const tolerance = (precision === 'exact' ? 0 : 1e-6) * range;
        expect(Math.abs(distance - exact.condensed[pair]!)).toBeLessThanOrEqual(tolerance);
      });
      const three = await unifracMatrix(table, tree, { ...options, precision, threads: 3 });
      expect(three.condensed).toEqual(one.condensed);
      const referenceIds = ['s3', 's70', 's0'];
      const block = await unifracToReferences(table, tree, { ...options, precision, referenceIds });
      expect([...block.distances]).toEqual(
        table.sampleIds.flatMap((_, row) => [3, 70, 0].map((column) => one.get(row, column))),
      );
    }
  });
});

/** The first twenty features of every sample, one read of each. */
function sameDepth(table: FeatureTable): FeatureTable {
  const features = table.sampleIds.flatMap((_, sample) => {
    const own = table.featureIndices.subarray(table.sampleOffsets[sample], table.sampleOffsets[sample + 1]);
    if (own.length < 20) throw new Error('a sample has fewer than 20 features');
    return [...own.subarray(0, 20)];
  });
  const { sampleIds, featureIds } = table;
  return new FeatureTable({
    sampleIds,
    featureIds,
    sampleOffsets: Uint32Array.from({ length: sampleIds.length + 1 }, (_, sample) => 20 * sample),
    featureIndices: Uint32Array.from(features),
    counts: new Float64Array(features.length).fill(1),
  });
}

function withCounts(
  { sampleIds, featureIds, sampleOffsets, featureIndices }: FeatureTable,
  counts: Float64Array,
): FeatureTable {
  return new FeatureTable({ sampleIds, featureIds, sampleOffsets, featureIndices, counts });
}
