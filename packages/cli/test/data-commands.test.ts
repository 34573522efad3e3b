import { readdir, readFile } from 'node:fs/promises';
import { readFeatureTable, referenceRarefy, sampleTotals } from '@seq/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam, notesOf } from './fake-terminal.js';
import { counts, demoTable, featureIds, makeStudy, type Study, sampleIds } from './small-study.js';

let study: Study;
beforeAll(async () => {
  study = await makeStudy();
});
afterAll(() => study.remove());

const readsOf = (id: string): number => counts.reduce((sum, row) => sum + row[sampleIds.indexOf(id)]!, 0);

describe('aam data rarefy', () => {
  it('writes a table of even depth, says what was lost, and lists it', async () => {
    const depth = Math.max(...sampleIds.map(readsOf)) - 100;
    const [output, removed] = [study.path('even.biom'), study.path('lost.tsv')];
    const notes = await notesOf(
      'data',
      'rarefy',
      '--table',
      study.table,
      '--rarefy-depth',
      String(depth),
      '--output',
      output,
      '--removed',
      removed,
    );
    const table = await readFeatureTable(output);
    const deep = sampleIds.filter((id) => readsOf(id) >= depth);
    expect(table.sampleIds).toEqual(deep);
    expect([...sampleTotals(table)]).toEqual(deep.map(() => depth));
    expect(notes).toContain(`samples: ${deep.length} of 16 kept`);
    expect(notes).toContain('too few reads (');
    const lines = (await readFile(removed, 'utf8')).trimEnd().split('\n');
    expect(lines[0]).toBe('kind\tid\treason\treads');
    const lost = sampleIds
      .filter((id) => readsOf(id) < depth)
      .map((id) => `sample\t${id}\ttoo-few-reads\t${readsOf(id)}`);
    expect(lines.filter((line) => line.startsWith('sample'))).toEqual(lost);
  });

  it('draws as the reference does where asked to, and with replacement', async () => {
    const output = study.path('like.tsv');
    const flags = ['--table', study.table, '--rarefy-depth', '25', '--seed', '4', '--output', output];
    await notesOf('data', 'rarefy', ...flags, '--like-reference');
    const expected = referenceRarefy(await readFeatureTable(study.table), { depth: 25, seed: 4 });
    const like = await readFeatureTable(output);
    expect([like.sampleIds, like.featureIds]).toEqual([expected.sampleIds, expected.featureIds]);
    expect([...like.counts]).toEqual([...expected.counts]);
    await notesOf('data', 'rarefy', ...flags, '--with-replacement');
    const replaced = await readFeatureTable(output);
    expect([...sampleTotals(replaced)]).toEqual(sampleIds.map(() => 25));
    expect([...replaced.counts]).not.toEqual([...expected.counts]);
  });

  it.each([
    [['--rarefy-depth', '25', '--output', 'x.xlsx'], 2, /names no format of tables/],
    [
      ['--rarefy-depth', '25', '--output', 'x.tsv', '--like-reference', '--below-depth', 'keep'],
      2,
      /Give no --below-depth keep/,
    ],
    [['--rarefy-depth', '999999', '--output', 'x.tsv'], 1, /none of 16 samples has 999999 reads/],
  ])('refuses %j', async (flags, code, words) => {
    const { exitCode, stderr } = await aam(['data', 'rarefy', '--table', study.table, ...flags]);
    expect(exitCode, stderr).toBe(code);
    expect(stderr).toMatch(words);
  });
});

it('aam data rarefy shows how far it is, and stops when asked to without leaving a table behind', async () => {
  const argv = [
    'data',
    'rarefy',
    '--table',
    demoTable,
    '--rarefy-depth',
    '5000',
    '--output',
    study.path('stopped.biom'),
  ];
  const stopped = await aam(argv, { interruptAt: (written) => written.startsWith('rarefaction ') });
  expect([stopped.exitCode, stopped.stdout]).toEqual([130, '']);
  expect(stopped.stderr).toMatch(/rarefaction {2}\d+ % {2}[\d,]+ samples\/s {2}\d+ s left/);
  expect(stopped.stderr).toContain('nothing was written');
  expect(await readdir(study.folder)).not.toContain('stopped.biom');
});

describe('aam data filter', () => {
  const filter = (...flags: string[]): Promise<string> => notesOf('data', 'filter', '--table', study.table, ...flags);

  it('keeps what meets every condition, says what did not, and lists it', async () => {
    const [output, removed] = [study.path('gut.qza'), study.path('removed.tsv')];
    const excluded = await study.write('excluded.txt', 's00\n');
    const notes = await filter(
      ...['--metadata', study.metadata, '--where', 'site=gut', '--exclude-samples', excluded],
      ...['--min-prevalence', '0.7', '--min-reads', '100', '--output', output, '--removed', removed],
    );
    const chosen = sampleIds.filter((_, i) => i % 2 === 0 && i > 0);
    const column = (id: string): number => sampleIds.indexOf(id);
    const common = featureIds.filter(
      (_, f) => chosen.filter((id) => counts[f]![column(id)]! > 0).length >= 0.7 * chosen.length,
    );
    const kept = chosen.filter(
      (id) => common.reduce((sum, f) => sum + counts[featureIds.indexOf(f)]![column(id)]!, 0) >= 100,
    );
    expect(kept.length).toBeLessThan(chosen.length);
    const table = await readFeatureTable(output);
    expect([table.sampleIds, table.featureIds]).toEqual([kept, common]);
    expect(notes).toContain('7 of 15 samples have site=gut');
    expect(notes).toContain('  9 not chosen ("s00", "s01", "s03", ...; ');
    expect(notes).toContain(`features: ${common.length} of 14 kept`);
    const lines = (await readFile(removed, 'utf8')).trimEnd().split('\n').slice(1);
    expect(lines.length).toBe(16 - kept.length + 14 - common.length);
    expect(lines[0]).toBe(`sample\ts00\tnot-chosen\t${readsOf('s00')}`);
  });

  it('takes the samples of a list, and counts of samples and reads', async () => {
    const list = await study.write('list.txt', 's03\ns01\n');
    await filter(
      '--samples',
      list,
      '--min-samples',
      '2',
      '--min-feature-reads',
      '30',
      '--output',
      study.path('two.tsv'),
    );
    const table = await readFeatureTable(study.path('two.tsv'));
    expect(table.sampleIds).toEqual(['s01', 's03']);
    const both = featureIds.filter(
      (_, f) => counts[f]![1]! > 0 && counts[f]![3]! > 0 && counts[f]![1]! + counts[f]![3]! >= 30,
    );
    expect(table.featureIds).toEqual(both);
  });

  it.each([
    [['--where', 'site=gut'], 2, /--where: the columns stand in the metadata. Give --metadata/],
    [['--min-reads', '1e9'], 1, /nothing is left of 16 samples .* Loosen the conditions/],
    [['--min-prevalence', '2'], 2, /--min-prevalence/],
  ])('refuses %j and writes nothing', async (flags, code, words) => {
    const output = study.path('refused.biom');
    const { exitCode, stderr } = await aam(['data', 'filter', '--table', study.table, '--output', output, ...flags]);
    expect(exitCode, stderr).toBe(code);
    expect(stderr).toMatch(words);
    expect(await readdir(study.folder)).not.toContain('refused.biom');
  });

  it('refuses samples in a list that the table does not have', async () => {
    const list = await study.write('unknown.txt', 's01\nnobody\n');
    const output = study.path('refused.biom');
    for (const flag of ['--samples', '--exclude-samples']) {
      const { exitCode, stderr } = await aam([
        'data',
        'filter',
        '--table',
        study.table,
        flag,
        list,
        '--output',
        output,
      ]);
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining('"nobody"')]);
    }
  });
});

it('aam data alone or with an unknown command says which there are', async () => {
  const alone = await aam(['data']);
  expect([alone.exitCode, alone.stdout]).toEqual([2, '']);
  expect(alone.stderr).toMatch(/\n {2}filter .*\n {2}rarefy /s);
  const unknown = await aam(['data', 'splt']);
  expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining('Did you mean split?')]);
});
