// Branch lengths rounded to 32 bits give the numbers of `ssu`, which reads lengths so, to the last digit or two.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readFeatureTable } from '@seq/data';
import { describe, expect, it } from 'vitest';
import { openTree, readDistanceMatrix, type UnifracMatrixOptions, unifracMatrix } from '../src/index.js';

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Distances by `ssu` in 64 bits, in condensed form, by study and metric. */
const known = JSON.parse(await readFile(file('fixtures/ssu/four-metrics.json'), 'utf8')) as Readonly<
  Record<string, { readonly ids: readonly string[] } & Readonly<Record<string, readonly number[]>>>
>;

const metrics: Readonly<Record<string, UnifracMatrixOptions>> = {
  unweighted: { metric: 'unweighted' },
  weighted_normalized: { metric: 'weightedNormalized' },
  weighted_unnormalized: { metric: 'weightedUnnormalized' },
  generalized: { metric: 'generalized', alpha: 0.5 },
};

/** The largest difference of each metric, as a part of distances above 1. */
async function worstDifferences(study: string, options: UnifracMatrixOptions): Promise<Record<string, number>> {
  const { ids, ...distances } = known[study]!;
  const conformance = file(`../../../conformance/10_diversity/${study}`);
  const table = await readFeatureTable(`${conformance}.tsv`);
  using tree = await openTree(`${conformance}.nwk`);
  const worst: Record<string, number> = {};
  for (const [name, want] of Object.entries(distances)) {
    const metric = metrics[name.replace('_bypass_tips', '')];
    const bypassTips = name.endsWith('_bypass_tips');
    const found = await unifracMatrix(table, tree, { ...metric, ...options, bypassTips, precision: 'exact' });
    expect(found.ids).toEqual(ids);
    const differences = want.map(
      (distance, pair) => Math.abs(found.condensed[pair]! - distance) / Math.max(1, distance),
    );
    worst[name] = Math.max(...differences);
  }
  return worst;
}

it('a file as ssu writes it, with coordinates beside the matrix, is read with its ids', async () => {
  const matrix = await readDistanceMatrix(file('fixtures/ssu/unweighted.h5'));
  const { ids, unweighted } = known.binary_integer!;
  expect(matrix.ids).toEqual(ids);
  unweighted!.forEach((distance, pair) => {
    expect(Math.abs(matrix.condensed[pair]! - distance)).toBeLessThanOrEqual(1e-7);
  });
});

describe.each(Object.keys(known))('%s', (study) => {
  it('has the numbers of ssu for all metrics, with tips and without, where lengths are in 32 bits', async () => {
    const worst = await worstDifferences(study, { lengthPrecision: 'f32' });
    expect(Object.keys(worst)).toHaveLength(8);
    for (const [name, difference] of Object.entries(worst))
      expect(difference <= 1e-15, `${name}: ${difference}`).toBe(true);
  });

  it('has others where lengths are as written', async () => {
    const worst = await worstDifferences(study, {});
    for (const [name, difference] of Object.entries(worst)) {
      expect(difference <= 1e-7 && difference > 1e-12, `${name}: ${difference}`).toBe(true);
    }
  });
});
