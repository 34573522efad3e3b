import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSampleIds, readSplit, referenceSplit } from '@seq/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam, notesOf } from './fake-terminal.js';
import { counts, featureIds, makeStudy, type Study, sampleIds, subjects } from './small-study.js';

let study: Study;
beforeAll(async () => {
  study = await makeStudy();
});
afterAll(() => study.remove());

const subjectOf = (id: string): string => subjects[sampleIds.indexOf(id)]!;

describe('aam data split', () => {
  const split = (folder: string, ...flags: string[]): Promise<string> =>
    notesOf(
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
    await notesOf(
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
    expect(notes).toContain('4 folds, 4 samples held out in each, each with 2 inner folds');
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
      const notes = await notesOf('data', 'split', ...flags, '--seed', String(seed), '--output-dir', folder);
      const held = await readSampleIds(join(folder, 'held_out_samples.txt'));
      const isLeaking = held.includes('s02') !== held.includes('s09');
      expect(notes.includes('exactly the community of a training sample')).toBe(isLeaking);
      warned += isLeaking ? 1 : 0;
    }
    expect(warned).toBeGreaterThan(0);
  });

  it('warns where a column names subjects of both sides, of every fold, and says what to do', async () => {
    const say = '--group-column subject';
    expect(await split('random')).toMatch(
      /Warning: \d of 8 groups of "subject" have samples in training and in validation .* On the command line: --group-column subject\./,
    );
    const folds = await split('random-folds', '--folds', '4');
    expect(folds).toMatch(/Warning: in 4 of 4 folds; in fold 1: \d of 8 groups of "subject"/);
    expect(folds.split('Warning').length).toBe(2);
    // Kept together by what is no subject: those may still be on both sides.
    expect(await split('by-site-groups', '--group-column', 'site')).toContain(say);
    expect(await split('by-subject', '--group-column', 'subject')).not.toContain('Warning');
    expect(await split('by-subject-folds', '--group-column', 'subject', '--folds', '4')).not.toContain('Warning');
  });

  it('finds one specimen under two names in whatever fold', async () => {
    const rows = featureIds.map((id, i) => [id, ...sampleIds.map((_, j) => counts[i]![j === 9 ? 2 : j]!)]);
    const text = `#OTU ID\t${sampleIds.join('\t')}\n${rows.map((cells) => cells.join('\t')).join('\n')}\n`;
    const table = await study.write('twins-of-folds.tsv', text);
    const folds = ['--folds', '8', '--group-column', 'subject'];
    const notes = await notesOf(
      ...['data', 'split', '--table', table, '--metadata', study.metadata, ...folds],
      ...['--output-dir', study.path('twin-folds')],
    );
    const saved = await readSplit(study.path('twin-folds/split.tsv'));
    const places = saved.kind === 'folds' ? saved.folds : [];
    const foldOf = (id: string): number => places.findIndex(({ validation }) => validation.includes(id)) + 1;
    const first = Math.min(foldOf('s02'), foldOf('s09'));
    expect(notes).toContain(`Warning: in 2 of 8 folds; in fold ${first}: 1 of 2 validation samples`);
  });

  it('says where whole groups do not allow the fraction that was asked for', async () => {
    const notes = await split('halves', '--group-column', 'site');
    expect(notes).toContain('8 samples to learn from, 8 held out, 50.0 % where 20.0 % were asked for, in');
  });

  it('refuses a folder in which parts of another split would stay', async () => {
    const again = async (...flags: string[]) => {
      const inputs = ['--table', study.table, '--metadata', study.metadata, '--output-dir', study.path('again')];
      return aam(['data', 'split', ...inputs, ...flags]);
    };
    await split('again', '--folds', '4', '--inner-folds', '3');
    const before = await readFile(study.path('again/split.tsv'), 'utf8');
    for (const [flags, left] of [
      [['--folds', '3', '--inner-folds', '3'], 'fold-4'],
      [[], 'fold-1'],
      [['--folds', '4', '--inner-folds', '2'], 'inner-fold-3'],
    ] as const) {
      const { exitCode, stderr } = await again(...flags);
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`holds ${left} of another split`)]);
      expect(await readFile(study.path('again/split.tsv'), 'utf8')).toBe(before);
    }
    expect((await again('--folds', '4', '--inner-folds', '3', '--seed', '1')).exitCode).toBe(0);
    await split('single');
    const folds = await aam([
      ...['data', 'split', '--table', study.table, '--metadata', study.metadata],
      ...['--output-dir', study.path('single'), '--folds', '2'],
    ]);
    expect([folds.exitCode, folds.stderr]).toEqual([
      1,
      expect.stringContaining('held_out_samples.txt of another split'),
    ]);
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
