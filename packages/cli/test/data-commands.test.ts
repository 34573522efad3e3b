import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openFeatureTable, readSampleIds, readSplit, referenceRarefy, referenceSplit, sampleTotals } from '@seq/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam } from './fake-terminal.js';
import { counts, featureIds, makeStudy, type Study, sampleIds, subjects } from './small-study.js';

let study: Study;
beforeAll(async () => {
  study = await makeStudy();
});
afterAll(() => study.remove());

/** Runs a command that must succeed, and gives its notes. */
async function done(...argv: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await aam(argv);
  expect([exitCode, stdout], stderr).toEqual([0, '']);
  return stderr;
}
const subjectOf = (id: string): string => subjects[sampleIds.indexOf(id)]!;
const readsOf = (id: string): number => counts.reduce((sum, row) => sum + row[sampleIds.indexOf(id)]!, 0);

describe('aam data split', () => {
  const split = (folder: string, ...flags: string[]): Promise<string> =>
    done(
      'data',
      'split',
      '--table',
      study.table,
      '--metadata',
      study.metadata,
      '--output-dir',
      study.path(folder),
      ...flags,
    );
  const idsIn = (...parts: string[]): Promise<string[]> => readSampleIds(study.path(...parts));

  it('writes lists of ids and sample metadata that say the same, and is what aam split does', async () => {
    await split('plain', '--seed', '3', '--group-column', 'subject');
    const saved = await readSplit(study.path('plain/split.tsv'));
    expect(saved).toEqual({
      kind: 'split',
      split: {
        training: await idsIn('plain/train_samples.txt'),
        validation: await idsIn('plain/held_out_samples.txt'),
      },
    });
    await done(
      ...['split', '--table', study.table, '--metadata', study.metadata],
      ...['--seed', '3', '--group-column', 'subject', '--output-dir', study.path('short')],
    );
    expect(await readFile(study.path('short/split.tsv'), 'utf8')).toBe(
      await readFile(study.path('plain/split.tsv'), 'utf8'),
    );
  });

  it('gives every part its share of a category and of ranges of a number', async () => {
    await split('by-site', '--stratify-column', 'site', '--test-size', '0.5');
    const held = await idsIn('by-site/held_out_samples.txt');
    expect(held.filter((id) => Number(id.slice(1)) % 2 === 0).length).toBe(4);
    await split('by-age', '--stratify-column', 'age', '--stratify-bins', '8', '--test-size', '0.5');
    const ages = (await idsIn('by-age/held_out_samples.txt')).map((id) => (Number(id.slice(1)) * 7) % 16);
    expect(new Set(ages.map((age) => Math.floor(age / 2))).size).toBe(8);
  });

  it('divides into folds, and those again, with lists of each', async () => {
    const notes = await split('nested', '--folds', '4', '--inner-folds', '2', '--group-column', 'subject');
    expect(notes).toContain('4 folds, 4 to 4 samples held out in each, each with 2 inner folds');
    expect((await readdir(study.path('nested'))).sort()).toEqual(['fold-1', 'fold-2', 'fold-3', 'fold-4', 'split.tsv']);
    const held: string[] = [];
    for (let fold = 1; fold <= 4; fold++) {
      const [own, others] = [
        await idsIn(`nested/fold-${fold}/held_out_samples.txt`),
        await idsIn(`nested/fold-${fold}/train_samples.txt`),
      ];
      held.push(...own);
      expect([...own, ...others].sort()).toEqual(sampleIds);
      const subjectsOfOthers = new Set(others.map(subjectOf));
      expect(own.some((id) => subjectsOfOthers.has(subjectOf(id)))).toBe(false);
      const inner = [
        await idsIn(`nested/fold-${fold}/inner-fold-1/held_out_samples.txt`),
        await idsIn(`nested/fold-${fold}/inner-fold-2/held_out_samples.txt`),
      ];
      expect(inner.flat().sort()).toEqual(others);
    }
    expect(held.sort()).toEqual(sampleIds);
    expect((await readSplit(study.path('nested/split.tsv'))).kind).toBe('nested');
  });

  it('takes the samples of a condition, and the split of the reference', async () => {
    const notes = await split('reference', '--where', 'age<20 && site=gut', '--like-reference', '--seed', '5');
    const chosen = sampleIds.filter((_, i) => i % 2 === 0 && (24 * ((i * 7) % 16)) / 15 < 20);
    expect(notes).toContain(`${chosen.length} of 16 samples have age<20 && site=gut`);
    const { training, validation } = referenceSplit(chosen, { fraction: 0.2, seed: 5 });
    expect(await idsIn('reference/train_samples.txt')).toEqual(training);
    expect(await idsIn('reference/held_out_samples.txt')).toEqual(validation);
  });

  it('warns of one specimen under two names, also where subjects are kept together', async () => {
    const rows = featureIds.map((id, i) => [
      id,
      ...sampleIds.map((_, j) => counts[i]![j === 9 ? 2 : j]! * (j === 9 ? 3 : 1)),
    ]);
    const text = `#OTU ID\t${sampleIds.join('\t')}\n${rows.map((cells) => cells.join('\t')).join('\n')}\n`;
    const table = await study.write('twins.tsv', text);
    let warned = 0;
    for (let seed = 0; seed < 6; seed++) {
      const folder = study.path(`twins-${seed}`);
      const flags = ['--table', table, '--metadata', study.metadata, '--group-column', 'subject', '--test-size', '0.5'];
      const notes = await done('data', 'split', ...flags, '--seed', String(seed), '--output-dir', folder);
      const held = await readSampleIds(join(folder, 'held_out_samples.txt'));
      const isLeaking = held.includes('s02') !== held.includes('s09');
      expect(notes.includes('exactly the community of a training sample')).toBe(isLeaking);
      warned += isLeaking ? 1 : 0;
    }
    expect(warned).toBeGreaterThan(0);
  });

  it.each([
    [['--inner-folds', '2'], 2, /--inner-folds: .* Give --folds, too/],
    [['--like-reference', '--folds', '2'], 2, /the reference has no --folds/],
    [['--like-reference', '--stratify-column', 'site'], 2, /the reference has no --stratify-column/],
    [['--where', 'site'], 2, /--where: "site" is no condition/],
    [['--where', 'site=moon'], 2, /no sample has site=moon; values of site are "gut", "skin"/],
    [['--stratify-column', 'sites'], 1, /no column "sites"/],
    [['--folds', '17'], 1, /there are 16 samples, but at least 17 are needed/],
  ])('refuses %j and writes nothing', async (flags, code, words) => {
    const folder = study.path('refused');
    const { exitCode, stderr } = await aam([
      ...['data', 'split', '--table', study.table, '--metadata', study.metadata, '--output-dir', folder],
      ...flags,
    ]);
    expect(exitCode, stderr).toBe(code);
    expect(stderr).toMatch(words);
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });
});

describe('aam data rarefy', () => {
  it('writes a table of even depth, says what was lost, and lists it', async () => {
    const depth = Math.max(...sampleIds.map(readsOf)) - 100;
    const [output, removed] = [study.path('even.biom'), study.path('lost.tsv')];
    const notes = await done(
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
    const table = await openFeatureTable(output);
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
    await done('data', 'rarefy', ...flags, '--like-reference');
    const expected = referenceRarefy(await openFeatureTable(study.table), { depth: 25, seed: 4 });
    const like = await openFeatureTable(output);
    expect([like.sampleIds, like.featureIds]).toEqual([expected.sampleIds, expected.featureIds]);
    expect([...like.counts]).toEqual([...expected.counts]);
    await done('data', 'rarefy', ...flags, '--with-replacement');
    const replaced = await openFeatureTable(output);
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

describe('aam data filter', () => {
  const filter = (...flags: string[]): Promise<string> => done('data', 'filter', '--table', study.table, ...flags);

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
    const table = await openFeatureTable(output);
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
    const table = await openFeatureTable(study.path('two.tsv'));
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
