import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readFasta, readFeatureTable, sourceOfTable, writeShards } from '@seq/data';
import { readDistanceMatrix, writeDistanceMatrix } from '@seq/unifrac';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam } from './fake-terminal.js';
import { counts, featureIds, makeStudy, type Study, sampleIds, sequences } from './small-study.js';

const artifact = (name: string): string =>
  fileURLToPath(new URL(`../../../conformance/08_data/qza/${name}`, import.meta.url));

let study: Study;

beforeAll(async () => {
  study = await makeStudy();
});

afterAll(() => study.remove());

/** Runs a call that must succeed. */
async function done(...argv: string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const { exitCode, stdout, stderr } = await aam(argv);
  expect([exitCode, stderr]).toEqual([0, stderr]);
  return { stdout, stderr };
}

/** Counts of a table, one row per feature. */
async function rowsOf(path: string): Promise<number[][]> {
  const table = await readFeatureTable(path);
  expect([table.sampleIds, table.featureIds]).toEqual([sampleIds, featureIds]);
  const rows = featureIds.map(() => sampleIds.map(() => 0));
  for (let row = 0; row < table.sampleCount; row++) {
    for (let entry = table.sampleOffsets[row]!; entry < table.sampleOffsets[row + 1]!; entry++) {
      rows[table.featureIndices[entry]!]![row] = table.counts[entry]!;
    }
  }
  return rows;
}

describe('aam data convert', () => {
  it('goes from format to format without losing a count', async () => {
    let from = study.table;
    for (const name of ['1.biom', '2.qza', '3.arrow', '4.parquet', '5.tsv.gz', '6.tsv']) {
      const to = study.path(`converted/${name}`);
      const { stderr } = await done('data', 'convert', from, to);
      expect(stderr).toContain(`16 samples, 14 features, `);
      expect(await rowsOf(to)).toEqual(counts);
      from = to;
    }
    expect(await readFile(from, 'utf8')).toBe(await readFile(study.table, 'utf8'));
  });

  it('takes the format from --to, and the type of an artifact from --contents', async () => {
    const output = study.path('table.dat');
    await done('data', 'convert', study.table, output, '--to', 'qza', '--contents', 'Frequency');
    const { stdout } = await done('inspect', output);
    expect(stdout).toMatch(/kind +QIIME 2 artifact\ntype +FeatureTable\[Frequency\]/);
    expect(stdout).toMatch(/content +feature table\nsamples +16\n/);
  });

  it('gives the features a taxonomy and says which have none', async () => {
    const taxonomy = study.path('taxonomy.tsv');
    const lines = featureIds.slice(2).map((id, i) => `${id}\tk__Bacteria; p__${i % 3}`);
    await writeFile(taxonomy, `Feature ID\tTaxon\n${lines.join('\n')}\n`);
    const output = study.path('with-taxonomy.biom');
    const { stderr } = await done('data', 'convert', study.table, output, '--taxonomy', taxonomy);
    expect(stderr).toMatch(/2 of 14 features have no taxonomy \(first: asv00, asv01; \d+ reads\)/);
    expect((await readFeatureTable(output)).taxonomy!.slice(1, 3)).toEqual([[], ['k__Bacteria', 'p__0']]);
    expect((await done('inspect', output)).stdout).toMatch(/taxonomy +of 12 features of 14, up to 2 ranks/);
  });

  it('writes the sequences of the features', async () => {
    const output = study.path('sequences.fasta');
    await done(
      ...['data', 'convert', study.table, study.path('t.biom')],
      ...['--sequences', study.sequences, '--sequences-output', output],
    );
    expect([...(await readFasta(output))]).toEqual(featureIds.map((id, i) => [id, sequences[i]]));
  });

  it('writes sequences as FASTA', async () => {
    const output = study.path('rep-seqs.fasta.gz');
    expect((await done('data', 'convert', artifact('rep-seqs.qza'), output)).stderr).toContain('6 sequences in');
    expect([...(await readFasta(output))]).toEqual([...(await readFasta(artifact('rep-seqs.qza')))]);
    const { exitCode, stderr } = await aam(['data', 'convert', artifact('table.qza'), output]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('On the command line: --table takes this file.')]);
  });

  it.each([
    [
      'settings of a table for FASTA',
      ['t.fasta', '--to', 'biom'],
      2,
      /--to: this is for tables, and the output is FASTA/,
    ],
    ['a name without a format', ['t.dat'], 2, /output: a name that ends in .biom, .* got ".*t\.dat"/],
    ['contents of another format', ['t.tsv', '--contents', 'Frequency'], 2, /--contents: only a \.qza has a type/],
    [
      'contents that the table has not',
      ['t.qza', '--contents', 'PresenceAbsence'],
      1,
      /and only 1 stands for presence/,
    ],
    [
      'sequences without a place',
      ['t.tsv', '--sequences', 'x.fasta'],
      2,
      /--sequences: these are for --sequences-output/,
    ],
    ['a taxonomy of other features', ['t.tsv', '--taxonomy', 'other.tsv'], 2, /names none of the 14 features/],
  ])('refuses %s', async (_, [output, ...flags], wanted, says) => {
    await writeFile(study.path('other.tsv'), 'Feature ID\tTaxon\nx\tk__A\n');
    const placed = flags.map((flag) => (flag.endsWith('.tsv') ? study.path(flag) : flag));
    const { exitCode, stderr } = await aam(['data', 'convert', study.table, study.path(output!), ...placed]);
    expect([exitCode, stderr]).toEqual([wanted, expect.stringMatching(says)]);
  });

  it('says where an artifact belongs that is no table', async () => {
    const { exitCode, stderr } = await aam(['data', 'convert', artifact('rooted-tree.qza'), study.path('t.biom')]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('holds "Phylogeny[Rooted]" where a feature table is needed. That is a tree');
    expect(stderr).toContain('On the command line: --tree takes this file.');
  });
});

describe('aam inspect', () => {
  it.each([
    [
      'table.qza',
      /type +FeatureTable\[Frequency\]\nformat +BIOMV210DirFmt\nUUID +0a1b2c3d-.*0001\n[\s\S]*samples +4\n/,
    ],
    ['rep-seqs.qza', /content +sequences\nsequences +6\n[\s\S]*bases +20 to 22, median 20.5/],
    ['rooted-tree.qza', /content +phylogeny \(Newick\)\ntips +6\n/],
    ['distance-matrix.qza', /content +distance matrix\nsamples +4\n/],
    ['alpha-diversity.qza', /content +sample metadata\n[\s\S]*faith_pd +numeric, 1.97104 to 7.13662/],
  ])('tells what is in %s', async (name, says) => {
    expect((await done('inspect', artifact(name))).stdout).toMatch(says);
  });

  it('tells what is in a table in long form', async () => {
    for (const name of ['t.parquet', 't.arrow']) {
      await done('data', 'convert', study.table, study.path(name));
      expect((await done('inspect', study.path(name))).stdout).toMatch(/kind +feature table\nsamples +16\n/);
    }
  });

  it('tells what is in a table in shards, which can be converted, too', async () => {
    const folder = study.path('shards');
    await writeShards(sourceOfTable(await readFeatureTable(study.table)), folder, { samplesPerBatch: 3 });
    const lines = ({ stdout }: { stdout: string }): string[] => stdout.split('\n');
    expect(lines(await done('inspect', folder))).toEqual(lines(await done('inspect', study.table)));
    await done('data', 'convert', folder, study.path('of-shards.tsv'));
    expect(await readFile(study.path('of-shards.tsv'), 'utf8')).toBe(await readFile(study.table, 'utf8'));
  });

  it('tells what is in arrays of NumPy, and in distances as Arrow', async () => {
    const arrays = (name: string): string =>
      fileURLToPath(new URL(`../../../conformance/08_data/matrices/${name}`, import.meta.url));
    expect((await done('inspect', arrays('pair.npy'))).stdout).toMatch(/kind +array \(\.npy\)\nshape +6 x 6 of <f8/);
    expect((await done('inspect', arrays('two_unknown_keys.npz'))).stdout).toMatch(
      /kind +arrays \(\.npz\)\narrays +2\n {2}\w+ +\d+ x \d+ of <f8/,
    );
    const matrix = await readDistanceMatrix(artifact('distance-matrix.qza'));
    await writeDistanceMatrix(matrix, study.path('distances.arrow'));
    expect((await done('inspect', study.path('distances.arrow'))).stdout).toMatch(
      /kind +distance matrix\nsamples +4\n/,
    );
  });

  it('refuses a ZIP archive that is no artifact', async () => {
    const { exitCode, stderr } = await aam(['inspect', artifact('not_an_artifact.qza')]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('is no QIIME 2 artifact')]);
  });
});
