// A study of 246 samples as QIIME 2 computed it, on a tree of 206,924 tips. They are not ours to
// ship: the test looks for `data/exmp` in the folders beside the repository.

import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FeatureTable, readFeatureTable } from '@seq/data';
import { openArtifact } from '@seq/data/files';
import { describe, expect, it } from 'vitest';
import { readAlphaDiversity } from '../diversity/read-alpha-diversity.js';
import { readDistanceMatrix } from '../matrix/read-distance-matrix.js';
import { openTree } from '../phylogeny/open-tree.js';
import { faithPd } from './faith-pd.js';
import { unifracMatrix } from './unifrac-matrix.js';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
/** The first folder beside the repository that has the study. */
const study = readdirSync(dirname(repository))
  .map((folder) => join(dirname(repository), folder, 'data', 'exmp'))
  .find((folder) => existsSync(join(folder, 'rooted-tree.qza')));
const exmp = (file: string): string => join(study!, file);

async function openTable(): Promise<FeatureTable> {
  const { data } = await openArtifact('table', await readFile(exmp('rarefied_table.qza')));
  const path = join(await mkdtemp(join(tmpdir(), 'seq-unifrac-exmp-')), 'table.biom');
  await writeFile(path, await data('feature-table.biom'));
  return readFeatureTable(path);
}

function worst(got: Float64Array, want: Float64Array): number {
  expect(got.length).toBe(want.length);
  return got.reduce((most, value, i) => Math.max(most, Math.abs(value - want[i]!)), 0);
}

describe.skipIf(study === undefined)('results of QIIME 2 for a real study, where its data are there', () => {
  it('are met to the last digits with lengths in 32 bits, and to 1e-8 with lengths as written', async () => {
    const table = await openTable();
    using tree = await openTree(exmp('rooted-tree.qza'));
    expect(tree.tipCount).toBe(206_924);
    const metrics = { unweighted: 'unweighted', weighted: 'weightedUnnormalized' } as const;
    for (const [file, metric] of Object.entries(metrics)) {
      const want = await readDistanceMatrix(exmp(`${file}_unifrac_distance_matrix.qza`), {
        sampleIds: table.sampleIds,
      });
      const rounded = await unifracMatrix(table, tree, { metric, lengthPrecision: 'f32', precision: 'exact' });
      expect(worst(rounded.condensed, want.condensed)).toBeLessThanOrEqual(1e-14);
      const exact = await unifracMatrix(table, tree, { metric, precision: 'exact' });
      expect(worst(exact.condensed, want.condensed)).toBeLessThanOrEqual(1e-8);
    }
    const diversity = await readAlphaDiversity(exmp('faith_pd_vector.qza'), { sampleIds: table.sampleIds });
    expect(worst(await faithPd(table, tree), diversity.values)).toBeLessThanOrEqual(1e-12);
  });
});
