import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readFeatureTable, readSampleMetadata, textColumn } from '@seq/data';
import {
  communityMatrix,
  type DistanceMatrix,
  pairwisePermanova,
  pcoa,
  permanova,
  readDistanceMatrix,
  readOrdination,
  writeDistanceMatrix,
} from '@seq/unifrac';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam, type Outcome } from './fake-terminal.js';
import { makeStudy, metadataText, type Study, sampleIds } from './small-study.js';

let study: Study;
let matrix: DistanceMatrix;

beforeAll(async () => {
  study = await makeStudy();
  matrix = await communityMatrix(await readFeatureTable(study.table), { metric: 'brayCurtis' });
  for (const ending of ['tsv', 'h5', 'qza', 'npy']) await writeDistanceMatrix(matrix, study.path(`m.${ending}`));
});

afterAll(() => study.remove());

async function done(...argv: readonly string[]): Promise<Outcome> {
  const outcome = await aam(argv);
  expect(outcome.exitCode, outcome.stderr).toBe(0);
  return outcome;
}

async function refused(says: RegExp, exitCode: 1 | 2, ...argv: readonly string[]): Promise<void> {
  const outcome = await aam(argv);
  expect([outcome.exitCode, outcome.stdout], outcome.stderr).toEqual([exitCode, '']);
  expect(outcome.stderr).toMatch(says);
}

const from = (file = 'm.tsv'): readonly string[] => ['--distance-matrix', study.path(file)];

describe('aam pcoa', () => {
  it('takes one of several results of a file, and says which there are', async () => {
    const several = fileURLToPath(new URL('../../unifrac/test/fixtures/two-results.h5', import.meta.url));
    const argv = ['pcoa', '--distance-matrix', several, '--number-of-dimensions', '1', '--output', study.path('r.tsv')];
    await refused(/holds 2 results[\s\S]*--result-index, from 0 to 1/, 1, ...argv);
    await refused(/There is no number 2/, 1, ...argv, '--result-index', '2');
    const second = await readDistanceMatrix(several, { resultIndex: 1 });
    await done(...argv, '--result-index', '1');
    const { eigenvalues } = await readOrdination(study.path('r.tsv'));
    expect(eigenvalues).toEqual((await pcoa(second, { dimensions: 1 })).eigenvalues);
  });

  it('gives what @seq/unifrac gives, for a matrix of any format', async () => {
    const { method: _method, negativeEigenvalues: _negative, ...wanted } = await pcoa(matrix, { dimensions: 3 });
    for (const file of ['m.tsv', 'm.h5', 'm.qza']) {
      await done('pcoa', ...from(file), '--number-of-dimensions', '3', '--output', study.path('new/pcoa.txt'));
      expect(await readOrdination(study.path('new/pcoa.txt'))).toEqual(wanted);
    }
    const ids = await study.write('ids.txt', sampleIds.map((id) => `${id}\n`).join(''));
    await done(
      'pcoa',
      ...from('m.npy'),
      '--samples',
      ids,
      '--number-of-dimensions',
      '3',
      '--output',
      study.path('p.qza'),
    );
    expect(await readOrdination(study.path('p.qza'))).toEqual(wanted);
  });

  it('prints a line per axis and warns of large negative eigenvalues', async () => {
    const { stdout, stderr } = await done('pcoa', ...from(), '--output', study.path('pcoa.tsv'));
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('axis\teigenvalue\texplained');
    expect(lines).toHaveLength(11);
    expect(lines[1]).toMatch(/^PC1\t\d+\.\d+\t\d+\.\d\d %$/);
    const { negativeEigenvalues } = await pcoa(matrix);
    expect(stderr.includes('warning: ')).toBe(negativeEigenvalues.isLarge);
    expect(stderr).toContain('16 samples on 10 axes (exact) in');
  });

  it('is repeated by its seed, with any number of threads', async () => {
    const run = async (output: string, ...flags: readonly string[]): Promise<string> => {
      const fixed = ['--method', 'randomized', '--number-of-dimensions', '2', '--output', study.path(output)];
      await done('pcoa', ...from(), ...fixed, ...flags);
      return readFile(study.path(output), 'utf8');
    };
    expect(await run('a.txt', '--seed', '5', '--threads', '1')).toBe(
      await run('b.txt', '--seed', '5', '--threads', '2'),
    );
  });

  it('takes a part of the variation instead of a number of axes', async () => {
    await done('pcoa', ...from(), '--number-of-dimensions', '0.5', '--output', study.path('part.txt'));
    const found = await readOrdination(study.path('part.txt'));
    expect(found.dimensions).toBe((await pcoa(matrix, { dimensions: 0.5 })).dimensions);
  });

  it('refuses bad calls before any work, and leaves nothing behind', async () => {
    const to = ['--output', study.path('never/pcoa.txt')];
    await refused(
      /ends in \.txt, \.tsv or \.qza is needed/,
      2,
      'pcoa',
      ...from(),
      '--output',
      study.path('never/p.png'),
    );
    await refused(/a whole number or a part below 1/, 2, 'pcoa', ...from(), '--number-of-dimensions', '2.5', ...to);
    await refused(/16 samples have at most 16, got 17/, 2, 'pcoa', ...from(), '--number-of-dimensions', '17', ...to);
    await refused(/There is no file/, 1, 'pcoa', ...from('absent.tsv'), ...to);
    await refused(/m\.npy" has no sample ids\..*\n.*--samples takes a file/, 1, 'pcoa', ...from('m.npy'), ...to);
    await expect(stat(study.path('never'))).rejects.toThrowError('ENOENT');
  });
});

describe('aam permanova', () => {
  const described = (column = 'site'): readonly string[] => ['--metadata', study.metadata, '--metadata-column', column];
  const rows = (text: string): string[][] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));

  it('gives what @seq/unifrac gives, on standard output and in the file', async () => {
    const { stdout } = await done('permanova', ...from(), ...described(), '--output', study.path('r/permanova.tsv'));
    expect(await readFile(study.path('r/permanova.tsv'), 'utf8')).toBe(stdout);
    const metadata = await readSampleMetadata(study.metadata);
    const wanted = await permanova(matrix, { groups: textColumn(metadata, { column: 'site', sampleIds }) });
    const [header, row, ...more] = rows(stdout);
    expect(more).toEqual([]);
    expect(header).toEqual(['column', 'groups', 'samples', 'pseudo-F', 'R2', 'p-value', 'q-value', 'permutations']);
    expect([row![0], row![1], row![2], row![7]]).toEqual(['site', 'all 2', '16', '999']);
    expect(Number(row![3])).toBeCloseTo(wanted.pseudoF, 5);
    expect(Number(row![5])).toBe(wanted.pValue);
  });

  it('shows permutations, their rate and the time left', async () => {
    const argv = ['permanova', ...from(), ...described(), '--permutations', '1234', '--pairwise'];
    const { exitCode, stderr } = await aam(argv, { isTTY: true });
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toMatch(/PERMANOVA {2}100 % {2}[\d,]+ permutations\/s {2}0 s left/);
    expect(stderr).toMatch(/PERMANOVA of two groups {2}100 % {2}[\d,]+ permutations\/s {2}0 s left/);
    const rates = [...stderr.matchAll(/([\d,]+) permutations/g)].map(([, rate]) => Number(rate!.replaceAll(',', '')));
    expect(Math.max(...rates)).toBeLessThanOrEqual(1234);
    const none = await aam(['permanova', ...from(), ...described(), '--permutations', '0'], { isTTY: true });
    expect([none.exitCode, none.stderr]).toEqual([0, expect.not.stringContaining('permutations/s')]);
  });

  it('compares every two groups on request', async () => {
    const text = metadataText().replaceAll(/(s0[0-4]\t.*)\t\w+$/gm, '$1\toral');
    const metadata = await study.write('three.tsv', text);
    const flags = ['--metadata', metadata, '--metadata-column', 'site', '--pairwise', '--permutations', '99'];
    const { stdout } = await done('permanova', ...from(), ...flags, '--seed', '4');
    const groups = textColumn(await readSampleMetadata(metadata), { column: 'site', sampleIds });
    const pairs = await pairwisePermanova(matrix, { groups, permutations: 99, seed: 4 });
    expect(
      rows(stdout)
        .slice(2)
        .map((row) => [row[1], Number(row[6])]),
    ).toEqual(
      pairs.map(({ result, qValue }) => [
        result.groups.map(({ name }) => name).join(' vs '),
        Number(qValue.toPrecision(7)),
      ]),
    );
    expect(pairs).toHaveLength(3);
  });

  it('leaves out samples without a group only with --missing drop, and says how many', async () => {
    const text = metadataText({ ids: [...sampleIds.slice(1), 'other'] }).replace(/gut$/m, '');
    const metadata = await study.write('holes.tsv', text);
    const flags = ['--metadata', metadata, '--metadata-column', 'site'];
    await refused(
      /1 of 16 samples of the distance matrix are not in the metadata \(first: "s00"\)/,
      1,
      'permanova',
      ...from(),
      ...flags,
    );
    const { stdout, stderr } = await done('permanova', ...from(), ...flags, '--missing', 'drop');
    expect(stderr).toContain(
      '1 of 16 samples of the distance matrix are not in the metadata and are left out (first: s00)',
    );
    expect(stderr).toContain('1 of 15 samples have no value in column "site" and are left out');
    expect(rows(stdout)[1]![2]).toBe('14');
  });

  it('refuses groups that cannot be compared, and columns that are not there', async () => {
    await refused(/The metadata have no column "colour"/, 1, 'permanova', ...from(), ...described('colour'));
    const one = await study.write('one.tsv', metadataText().replaceAll(/gut$/gm, 'skin'));
    const flags = ['--metadata', one, '--metadata-column', 'site'];
    await refused(/all 16 samples are in one group \("skin"\)/, 1, 'permanova', ...from(), ...flags);
    const strangers = await study.write('strangers.tsv', metadataText({ ids: sampleIds.map((id) => `x${id}`) }));
    const others = ['--metadata', strangers, '--metadata-column', 'site', '--missing', 'drop'];
    await refused(/No id is in both/, 1, 'permanova', ...from(), ...others);
    // A wrong column is told before samples that have no metadata: it is the likelier mistake.
    const wrong = ['--metadata', strangers, '--metadata-column', 'colour'];
    await refused(/The metadata have no column "colour"/, 1, 'permanova', ...from(), ...wrong);
  });
});
