import { readFile, stat } from 'node:fs/promises';
import { readFeatureTable, selectSamples } from '@seq/data';
import {
  communityMatrix,
  type DistanceMatrix,
  openTree,
  readDistanceMatrix,
  readReferenceDistances,
  unifracGain,
  unifracMatrix,
} from '@seq/unifrac';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { done } from './exact-distances.js';
import { aam, type Outcome } from './fake-terminal.js';
import { featureIds, makeStudy, type Study, sampleIds } from './small-study.js';

let study: Study;
let whole: DistanceMatrix;

beforeAll(async () => {
  study = await makeStudy();
  using tree = await openTree(study.tree);
  whole = await unifracMatrix(await readFeatureTable(study.table), tree, { precision: 'exact' });
});

afterAll(() => study.remove());

const unifrac = (output: string, ...flags: readonly string[]): Promise<Outcome> =>
  done('unifrac', '--table', study.table, '--tree', study.tree, '--output', study.path(output), ...flags);
const beta = (output: string, ...flags: readonly string[]): Promise<Outcome> =>
  done('beta', '--table', study.table, '--output', study.path(output), ...flags);

describe('--references', () => {
  it.each(['.tsv', '.csv', '.npy', '.npz', '.h5', '.arrow'])('writes samples by references as %s', async (ending) => {
    const references = await study.write('references.txt', 's03\ns00\n');
    const { stderr } = await unifrac(`block${ending}`, '--references', references);
    expect(stderr).toContain('distances to 2 references');
    const { distances } = await readReferenceDistances(study.path(`block${ending}`), { sampleIds });
    expect([...distances]).toEqual(sampleIds.flatMap((_, row) => [whole.get(row, 3), whole.get(row, 0)]));
  });

  it('works without a tree, too', async () => {
    const references = await study.write('references.txt', 's03\ns00\n');
    await beta('beta-block.tsv', '--references', references);
    const { distances, referenceIds } = await readReferenceDistances(study.path('beta-block.tsv'), { sampleIds });
    const all = await communityMatrix(await readFeatureTable(study.table), { metric: 'brayCurtis' });
    expect(referenceIds).toEqual(['s03', 's00']);
    expect([...distances]).toEqual(sampleIds.flatMap((_, row) => [all.get(row, 3), all.get(row, 0)]));
  });
});

describe('--pairs', () => {
  it('writes one distance per pair, in the order of the file', async () => {
    const pairs = await study.write('pairs.tsv', 'first\tsecond\ns04\ts01\ns00\ts00\ns01\ts04\n');
    const { stderr } = await unifrac('pairs-out.tsv', '--pairs', pairs);
    expect(stderr).toContain('3 pairs of 16 samples, distances in');
    const distance = whole.get(1, 4);
    const wanted = (of: number): string =>
      `sample_a\tsample_b\tdistance\ns04\ts01\t${of}\ns00\ts00\t0\ns01\ts04\t${of}\n`;
    expect(await readFile(study.path('pairs-out.tsv'), 'utf8')).toBe(wanted(distance));
    await beta('beta-pairs.tsv', '--pairs', pairs, '--metric', 'jaccard');
    const all = await communityMatrix(await readFeatureTable(study.table), { metric: 'jaccard' });
    expect(await readFile(study.path('beta-pairs.tsv'), 'utf8')).toBe(wanted(all.get(1, 4)));
  });
});

describe('--samples', () => {
  it('compares only these samples, in this order', async () => {
    const list = await study.write('samples.txt', 's07\ns02\ns11\n');
    const { stderr } = await unifrac('sub.tsv', '--samples', list);
    expect(stderr).toContain('3 of 16 samples, as ');
    const matrix = await readDistanceMatrix(study.path('sub.tsv'));
    expect(matrix.ids).toEqual(['s07', 's02', 's11']);
    expect([...matrix.condensed]).toEqual([whole.get(7, 2), whole.get(7, 11), whole.get(2, 11)]);
    await beta('beta-sub.tsv', '--samples', list);
    const some = selectSamples(await readFeatureTable(study.table), ['s07', 's02', 's11']);
    const beside = await communityMatrix(some, { metric: 'brayCurtis' });
    expect((await readDistanceMatrix(study.path('beta-sub.tsv'))).condensed).toEqual(beside.condensed);
    await done(
      'faith-pd',
      '--table',
      study.table,
      '--tree',
      study.tree,
      '--samples',
      list,
      '--output',
      study.path('pd.tsv'),
    );
    expect((await readFile(study.path('pd.tsv'), 'utf8')).split('\n').map((line) => line.split('\t')[0])).toEqual([
      '#SampleID',
      's07',
      's02',
      's11',
      '',
    ]);
  });
});

describe('--metric gain', () => {
  it.each(['.tsv', '.npy', '.npz', '.h5', '.arrow'])(
    'writes what rows have that columns lack as %s',
    async (ending) => {
      const { stderr } = await unifrac(`gain${ending}`, '--metric', 'gain', '--bypass-tips');
      expect(stderr).toContain('what each row has that each column lacks in');
      using tree = await openTree(study.tree);
      const { gains } = await unifracGain(await readFeatureTable(study.table), tree, { bypassTips: true });
      const { distances } = await readReferenceDistances(study.path(`gain${ending}`), { sampleIds });
      expect(distances).toEqual(gains);
      expect(gains.some((gain, cell) => gain !== gains[(cell % 16) * 16 + Math.floor(cell / 16)])).toBe(true);
    },
  );
});

describe('a tree that does not fit', () => {
  const tree = (name: string, rename: (id: string) => string): Promise<string> =>
    study.write(name, `(${featureIds.map((id) => `${rename(id)}:1`).join()});`);
  const refused = async (path: string, ...flags: readonly string[]): Promise<string> => {
    const argv = ['unifrac', '--table', study.table, '--tree', path, '--output', study.path('never.tsv'), ...flags];
    const { exitCode, stderr } = await aam(argv);
    expect(exitCode).toBe(1);
    return stderr;
  };

  it('is refused with the first ten features and a likely reason', async () => {
    const half = (id: string): boolean => id < 'asv02';
    const quoted = await refused(await tree('quoted.nwk', (id) => (half(id) ? id : `'"${id}"'`)));
    expect(quoted.slice(quoted.indexOf('aam: '))).toBe(
      [
        'aam: The inputs do not cover the table.',
        'samples: all 16 kept',
        '  2 without reads (first: "s04", "s05")',
        'features: 2 of 14 kept',
        `  12 not a tip of the tree (first: ${featureIds
          .slice(2, 12)
          .map((id) => `"${id}"`)
          .join(', ')}, ...; 2,828 reads)`,
        `  12 only in the tree (no harm) (first: ${featureIds
          .slice(2, 5)
          .map((id) => JSON.stringify(`"${id}"`))
          .join(', ')}, ...)`,
        'reads: 519 of 3,347 kept (15.5 %)',
        'The ids differ only in quotes around them. Remove the quotes.',
        'Give inputs that belong together, or leave out what is missing (missing: "drop").',
        'On the command line: --missing drop leaves out what is missing, and says what that was.',
        '',
      ].join('\n'),
    );
    const upper = await refused(await tree('upper.nwk', (id) => (half(id) ? id : id.toUpperCase())));
    expect(upper).toContain('The ids differ only in capital letters. Write them alike.');
    const some = await refused(await tree('some.nwk', (id) => (half(id) ? id : id < 'asv05' ? `${id}x` : `' ${id} '`)));
    expect(some).toContain('The ids differ only in blanks around them (9 of 12). Trim the ids.');
    const samples = await study.write('samples.nwk', `(${sampleIds.map((id) => `${id}:1`).join()});`);
    expect(await refused(samples)).toContain('it seems to be transposed');
  });

  it('with negative lengths is refused, or taken with lengths of 0', async () => {
    const text = (first: string): string => `(${featureIds.map((id, i) => `${id}:${i === 0 ? first : '1'}`).join()});`;
    const negative = await study.write('negative.nwk', text('-0.5'));
    const told = await refused(negative);
    expect(told).toContain('the branch length of node "asv00" is "-0.5"');
    expect(told).toContain('--negative-lengths zero');
    const unknown = await refused(await study.write('unknown.nwk', text('nan')));
    expect(unknown).toContain('the branch length of node "asv00" is "nan"');
    expect(unknown, 'a length that is no number is not below 0').not.toContain('--negative-lengths');
    const distances = async (path: string, ...flags: readonly string[]): Promise<Float64Array> => {
      const output = study.path('zero.tsv');
      await done('unifrac', '--table', study.table, '--tree', path, '--output', output, ...flags);
      return (await readDistanceMatrix(output)).condensed;
    };
    const asZero = await distances(negative, '--negative-lengths', 'zero');
    expect(asZero).toEqual(await distances(await study.write('zero.nwk', text('0'))));
  });
});

describe('calls that do not fit', () => {
  it.each<readonly [says: RegExp, exitCode: number, flags: readonly string[]]>([
    [/--part and --references exclude each other/, 2, ['--part', '1/2', '--references', 'r.txt', 'x.h5']],
    [/--references and --pairs exclude each other/, 2, ['--references', 'r.txt', '--pairs', 'p.tsv', 'x.h5']],
    [/--output: a name that ends in \.tsv, .* or \.arrow is needed/, 2, ['--references', 'r.txt', 'x.qza']],
    [/--output: a name that ends in \.tsv, .* or \.npz is needed/, 2, ['--pairs', 'p.tsv', 'x.arrow']],
    [/--output: a name that ends in \.tsv, .* or \.arrow is needed/, 2, ['--metric', 'gain', 'x.qza']],
    [/--pairs: --metric gain is computed of all samples/, 2, ['--metric', 'gain', '--pairs', 'p.tsv', 'x.tsv']],
    [/--alpha: only --metric generalized takes it/, 2, ['--metric', 'gain', '--alpha', '0.5', 'x.tsv']],
    [/--variance-adjusted: --metric gain looks at presence/, 2, ['--metric', 'gain', '--variance-adjusted', 'x.tsv']],
    [/1 of 2 references are no samples of the table \(first: "nobody"\)/, 1, ['--references', 'unknown.txt', 'x.h5']],
    [/1 ids are no samples of the table \(first: "nobody"\)/, 1, ['--pairs', 'unknown-pairs.tsv', 'x.h5']],
    [/1 sample of 2 not in the table|not in the table \(first: "nobody"\)/, 1, ['--samples', 'unknown.txt', 'x.h5']],
  ])('%s', async (says, exitCode, flags) => {
    await study.write('unknown.txt', 's00\nnobody\n');
    await study.write('unknown-pairs.tsv', 's00\ts01\ns02\tnobody\n');
    const inStudy = flags.map((flag) => (/^unknown/.test(flag) ? study.path(flag) : flag));
    const output = study.path('never', inStudy.pop()!);
    const outcome = await aam([
      'unifrac',
      '--table',
      study.table,
      '--tree',
      study.tree,
      ...inStudy,
      '--output',
      output,
    ]);
    expect([outcome.exitCode, outcome.stdout], outcome.stderr).toEqual([exitCode, '']);
    expect(outcome.stderr).toMatch(says);
    await expect(stat(study.path('never'))).rejects.toThrow('ENOENT');
  });
});
