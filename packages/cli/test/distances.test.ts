import { readFile, stat } from 'node:fs/promises';
import { rarefy, readFeatureTable } from '@seq/data';
import {
  communityMatrix,
  type DistanceMatrix,
  faithPd,
  metaUnifrac,
  openTree,
  readAlphaDiversity,
  readDistanceMatrix,
  type UnifracMatrixOptions,
  unifracMatrix,
} from '@seq/unifrac';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { done } from './exact-distances.js';
import { aam, type Outcome } from './fake-terminal.js';
import { featureIds, makeStudy, type Study, sampleIds, treeText } from './small-study.js';

let study: Study;

beforeAll(async () => {
  study = await makeStudy();
});

afterAll(() => study.remove());

const inputs = (): readonly string[] => ['--table', study.table, '--tree', study.tree];
const unifrac = (output: string, ...flags: readonly string[]): Promise<Outcome> =>
  done('unifrac', ...inputs(), '--output', study.path(output), ...flags);

async function wanted(options: UnifracMatrixOptions): Promise<DistanceMatrix> {
  using tree = await openTree(study.tree);
  return unifracMatrix(await readFeatureTable(study.table), tree, { precision: 'exact', ...options });
}

const read = (output: string): Promise<DistanceMatrix> => readDistanceMatrix(study.path(output), { sampleIds });

describe('aam unifrac', () => {
  it.each<readonly [flags: readonly string[], options: UnifracMatrixOptions]>([
    [['--metric', 'unweighted_unnormalized'], { metric: 'unweightedUnnormalized' }],
    [['--metric', 'weighted_normalized'], { metric: 'weightedNormalized' }],
    [['--metric', 'weighted_unnormalized', '--bypass-tips'], { metric: 'weightedUnnormalized', bypassTips: true }],
    [['--metric', 'generalized', '--alpha', '0.5'], { metric: 'generalized', alpha: 0.5 }],
    [['--variance-adjusted', '--threads', '2'], { varianceAdjusted: true }],
    [['--length-precision', 'f32'], { lengthPrecision: 'f32' }],
    [
      ['--metric', 'weighted_normalized', '--no-normalize-sample-counts'],
      { metric: 'weightedNormalized', normalizeSampleCounts: false },
    ],
  ])('%j gives what @seq/unifrac gives', async (flags, options) => {
    await unifrac('m.h5', ...flags);
    expect((await read('m.h5')).condensed).toEqual((await wanted(options)).condensed);
  });

  it.each(['.tsv', '.csv', '.h5', '.npy', '.npz', '.arrow', '.qza'])('writes %s in either width', async (ending) => {
    const { condensed } = await wanted({});
    await unifrac(`d/m${ending}`);
    expect((await read(`d/m${ending}`)).condensed).toEqual(condensed);
    await unifrac(`d/m${ending}`, '--precision', 'f32');
    const narrow = await wanted({ precision: 'default' });
    expect(Float32Array.from((await read(`d/m${ending}`)).condensed)).toEqual(Float32Array.from(narrow.condensed));
  });

  it('computes and writes 32 bits unless asked otherwise', async () => {
    const { exitCode } = await aam(['unifrac', ...inputs(), '--output', study.path('usual.h5')]);
    expect(exitCode).toBe(0);
    await unifrac('narrow.h5', '--precision', 'f32');
    expect(await readFile(study.path('usual.h5'))).toEqual(await readFile(study.path('narrow.h5')));
  });

  it('rarefies by a seed, and says which samples have too few reads', async () => {
    const { stderr } = await unifrac('r.h5', '--rarefy-depth', '100', '--seed', '7');
    expect(stderr).toMatch(/samples have fewer than 100 reads and are left out \(first: s15\)/);
    const { table } = rarefy(await readFeatureTable(study.table), { depth: 100, seed: 7 });
    using tree = await openTree(study.tree);
    expect(await readDistanceMatrix(study.path('r.h5'))).toEqual(
      await unifracMatrix(table, tree, { precision: 'exact' }),
    );
  });

  it('computes parts that aam unifrac-merge joins to the same matrix', async () => {
    const metric = ['--metric', 'weighted_normalized'];
    for (const part of [1, 2, 3]) await unifrac(`parts/${part}.h5`, '--part', `${part}/3`, ...metric);
    const merge = (parts: string): Promise<Outcome> =>
      aam(['unifrac-merge', '--parts', parts, '--output', study.path('merged.tsv'), '--precision', 'f64']);
    await study.write('parts/readme.txt', 'A file that is no part.');
    const folder = await merge(study.path('parts'));
    expect(folder.exitCode, folder.stderr).toBe(0);
    const { condensed } = await wanted({ metric: 'weightedNormalized' });
    expect((await read('merged.tsv')).condensed).toEqual(condensed);
    const named = await merge([3, 1, 2].map((part) => study.path(`parts/${part}.h5`)).join(','));
    expect(named.exitCode, named.stderr).toBe(0);
    const incomplete = await merge([3, 1].map((part) => study.path(`parts/${part}.h5`)).join(','));
    expect(incomplete.exitCode).toBe(1);
    expect(incomplete.stderr).toMatch(
      /2 parts hold 16 samples without rows \d+ to \d+\. Compute and give the missing parts/,
    );
    await unifrac('parts/4.h5', '--part', '1/3');
    const mixed = await merge(study.path('parts'));
    expect([mixed.exitCode, mixed.stderr]).toEqual([1, expect.stringContaining('were computed with')]);
  });

  it('shows progress and time left of computing and of writing', async () => {
    const argv = ['unifrac', ...inputs(), '--metric', 'weighted_normalized', '--output', study.path('p.tsv')];
    const { stderr } = await aam(argv, { isTTY: true });
    expect(stderr).toMatch(/weighted normalized UniFrac {2}100 % .* pairs\/s {2}0 s left/);
    expect(stderr).toMatch(/writing {2}100 % .* rows\/s {2}0 s left/);
    expect(stderr).toContain(`16 samples, distances in ${study.path('p.tsv')}`);
    const diversity = await aam(['faith-pd', ...inputs(), '--output', study.path('p.csv')], { isTTY: true });
    expect(diversity.stderr).toMatch(/Faith's PD {2}100 % .* samples\/s {2}0 s left/);
  });
});

it('aam unifrac-meta gives what @seq/unifrac gives', async () => {
  const other = await study.write('other.nwk', treeText(featureIds.toReversed()));
  const flags = ['--tables', `${study.table},${study.table}`, '--trees', `${study.tree},${other}`];
  await done('unifrac-meta', ...flags, '--weights', '1,3', '--output', study.path('meta.h5'));
  const table = await readFeatureTable(study.table);
  using first = await openTree(study.tree);
  using second = await openTree(other);
  const inputs = [
    { table, tree: first, weight: 1 },
    { table, tree: second, weight: 3 },
  ];
  expect((await read('meta.h5')).condensed).toEqual((await metaUnifrac(inputs, { precision: 'exact' })).condensed);
});

it.each(['.tsv', '.csv', '.h5', '.npy', '.npz', '.arrow', '.qza'])(
  "aam faith-pd writes Faith's PD as %s",
  async (ending) => {
    await done('faith-pd', ...inputs(), '--output', study.path(`pd${ending}`));
    using tree = await openTree(study.tree);
    const values = await faithPd(await readFeatureTable(study.table), tree);
    expect(await readAlphaDiversity(study.path(`pd${ending}`), { sampleIds })).toEqual({ sampleIds, values });
  },
);

describe('--rooting and --outgroup', () => {
  const unrooted = '((asv00:1,asv01:1):2,(asv02:3,asv03:4):5,';

  it('root the tree while it is read, and say so where its root looks like none', async () => {
    const rest = featureIds.slice(4).map((id) => `${id}:1`);
    const path = await study.write('trifurcating.nwk', `${unrooted}(${rest.join()}):1);`);
    const flags = ['--table', study.table, '--tree', path, '--output', study.path('root.tsv')];
    const asIs = await done('unifrac', ...flags);
    expect(asIs.stderr).toContain('the root of the tree has 3 children');
    for (const [extra, rooting] of [
      [['--rooting', 'midpoint'], 'midpoint'],
      [['--outgroup', 'asv00,asv01'], { outgroup: ['asv00', 'asv01'] }],
    ] as const) {
      const { stderr } = await done('unifrac', ...flags, ...extra);
      expect(stderr).not.toContain('children');
      using tree = await openTree(path, { rooting });
      const matrix = await unifracMatrix(await readFeatureTable(study.table), tree, { precision: 'exact' });
      expect((await read('root.tsv')).condensed).toEqual(matrix.condensed);
      const pd = study.path('root-pd.tsv');
      await done('faith-pd', '--table', study.table, '--tree', path, '--output', pd, ...extra);
      const { values } = await readAlphaDiversity(pd, { sampleIds });
      expect(values).toEqual(await faithPd(await readFeatureTable(study.table), tree));
    }
  });

  it('are refused together, and an outgroup that no branch parts from the others', async () => {
    const flags = ['unifrac', ...inputs(), '--output', study.path('never.tsv')];
    const both = await aam([...flags, '--rooting', 'midpoint', '--outgroup', 'asv00']);
    expect([both.exitCode, both.stderr]).toEqual([2, expect.stringContaining('--outgroup: the tree is rooted either')]);
    const scattered = await aam([...flags, '--outgroup', 'asv00,asv09']);
    expect([scattered.exitCode, scattered.stderr]).toEqual([1, expect.stringContaining('no branch parts its 2 tips')]);
  });
});

describe('aam beta', () => {
  it.each([
    ['bray_curtis', { metric: 'brayCurtis' }],
    ['jaccard', { metric: 'jaccard' }],
    ['jaccard_abundance', { metric: 'jaccardAbundance' }],
    ['aitchison', { metric: 'aitchison', pseudocount: 0.5 }],
    ['hellinger', { metric: 'hellinger' }],
    ['euclidean_relative', { metric: 'euclideanRelative' }],
  ] as const)('%s gives what @seq/unifrac gives', async (metric, options) => {
    const flags = metric === 'aitchison' ? ['--pseudocount', '0.5'] : [];
    await done('beta', '--table', study.table, '--metric', metric, '--output', study.path('b.npy'), ...flags);
    const matrix = await communityMatrix(await readFeatureTable(study.table), options);
    expect((await read('b.npy')).condensed).toEqual(matrix.condensed);
  });
});

it('aam inspect tells what is in a matrix as HDF5, and in a part', async () => {
  await unifrac('i.h5');
  const matrix = await aam(['inspect', study.path('i.h5')]);
  expect(matrix.stdout).toMatch(/^kind +distance matrix\nsamples +16\ndistances/);
  await unifrac('i-part.h5', '--part', '2/2');
  const part = await aam(['inspect', study.path('i-part.h5')]);
  expect(part.stdout).toMatch(
    /^kind +part of a distance matrix\nsamples +16\nrows +\d+ to 16\n.*"metric":"unweighted"/,
  );
});

describe('calls that do not fit', () => {
  const refused = async (says: RegExp, exitCode: number, ...flags: readonly string[]): Promise<void> => {
    const [command, ...rest] = flags;
    const outcome = await aam([command!, ...inputs(), ...rest]);
    expect([outcome.exitCode, outcome.stdout], outcome.stderr).toEqual([exitCode, '']);
    expect(outcome.stderr).toMatch(says);
  };
  const never = (name: string): readonly string[] => ['--output', study.path('never', name)];

  it('are refused before any work, with what to do', async () => {
    await refused(
      /--alpha: a number from 0 to 1 is needed/,
      2,
      'unifrac',
      '--metric',
      'generalized',
      ...never('x.tsv'),
    );
    await refused(/--alpha: only --metric generalized takes it/, 2, 'unifrac', '--alpha', '1', ...never('x.tsv'));
    await refused(
      /--part: k\/n with k from 1 to n is needed, as 3\/8, got "4\/3"/,
      2,
      'unifrac',
      '--part',
      '4/3',
      ...never('x.h5'),
    );
    await refused(
      /--output: a name that ends in \.h5 or \.hdf5 is needed/,
      2,
      'unifrac',
      '--part',
      '1/3',
      ...never('x.tsv'),
    );
    await refused(/--output: a name that ends in \.tsv, .* or \.qza is needed/, 2, 'faith-pd', ...never('x.xlsx'));
    await expect(stat(study.path('never'))).rejects.toThrow('ENOENT');
  });

  it('of aam unifrac-meta and unifrac-merge, too', async () => {
    const meta = (...flags: readonly string[]): Promise<Outcome> =>
      aam(['unifrac-meta', '--tables', 'a,b', '--output', study.path('never/x.tsv'), ...flags]);
    expect((await meta('--trees', 'a')).stderr).toMatch(/--trees: one per table is needed, got 1 for 2 tables/);
    expect((await meta('--trees', 'a,b', '--weights', '1')).stderr).toMatch(/--weights: one per table is needed/);
    expect((await meta('--trees', 'a,b', '--weights', '1,0')).stderr).toMatch(/--weights: numbers above 0/);
    const merge = await aam(['unifrac-merge', '--parts', study.folder, '--output', study.path('never/x.tsv')]);
    expect(merge.exitCode).toBe(1);
    const table = await aam(['unifrac-merge', '--parts', study.table, '--output', study.path('never/x.tsv')]);
    expect([table.exitCode, table.stderr]).toEqual([1, expect.stringMatching(/cannot be read as HDF5/)]);
    await expect(readFile(study.path('never/x.tsv'))).rejects.toThrow('ENOENT');
  });
});
