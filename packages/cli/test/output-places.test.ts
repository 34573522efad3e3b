import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aam, notesOf } from './fake-terminal.js';
import { makeStudy, type Study } from './small-study.js';

let study: Study;
let before: string[];
beforeAll(async () => {
  study = await makeStudy();
});
beforeEach(async () => {
  before = await readdir(study.folder);
});
afterAll(() => study.remove());

/** Calls that write to the given places, of a table or sequences at the given place. */
type Places = (input: string, output: string) => readonly string[];

const rarefy: Places = (input, output) => ['rarefy', '--table', input, '--rarefy-depth', '20', '--output', output];
const filter: Places = (input, output) => ['filter', '--table', input, '--min-reads', '1', '--output', output];
const convert: Places = (input, output) => ['convert', input, output];
const build: Places = (input, output) => ['build', input, output];

const outputs: readonly (readonly [what: string, file: string, call: Places])[] = [
  ['rarefy --output', 'x.biom', rarefy],
  ['rarefy --removed', 'x.tsv', (input, output) => [...rarefy(input, study.path('r.biom')), '--removed', output]],
  ['filter --output', 'x.biom', filter],
  ['filter --removed', 'x.tsv', (input, output) => [...filter(input, study.path('f.biom')), '--removed', output]],
  ['convert', 'x.qza', convert],
  [
    'convert --sequences-output',
    'x.fasta',
    (input, output) => [
      ...convert(input, study.path('c.tsv')),
      ...['--sequences', study.sequences, '--sequences-output', output],
    ],
  ],
  ['build', 'x.shards', build],
  [
    'split',
    'split',
    (input, output) => ['split', '--table', input, '--metadata', study.metadata, '--output-dir', output],
  ],
];
const ofSequences = ['convert to FASTA', 'x.fasta', convert] as const;

describe('aam data', () => {
  it.each([...outputs, ofSequences])('%s makes the folders that are missing', async (what, file, call) => {
    const folder = `${what.replaceAll(' ', '')}`;
    const input = what === ofSequences[0] ? study.sequences : study.table;
    await notesOf('data', ...call(input, study.path(folder, 'inside', file)));
    expect(await readdir(study.path(folder, 'inside'))).toEqual([file]);
  });

  it.each([...outputs, ofSequences])(
    '%s leaves no folder behind where the input cannot be read',
    async (_, file, call) => {
      const { exitCode, stderr } = await aam(['data', ...call(study.path('nowhere'), study.path('new/inside', file))]);
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining('nowhere')]);
      expect(await readdir(study.folder)).toEqual(before);
    },
  );

  // That the input does not exist, which would be said first, shows that no work was done before.
  it.each([...outputs, ofSequences])('%s below a file is refused before anything is read', async (_, file, call) => {
    const { exitCode, stderr } = await aam(['data', ...call(study.path('nowhere'), `${study.table}/new/${file}`)]);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/: the folder ".*" is needed, ".*table\.tsv" is a file/),
    ]);
    expect(await readdir(study.folder)).toEqual(before);
  });

  it.each([...outputs, ofSequences])(
    '%s in a folder that cannot be made is refused before anything is read',
    async (_, file, call) => {
      const folder = study.path('n'.repeat(300));
      const { exitCode, stderr } = await aam(['data', ...call(study.path('nowhere'), `${folder}/${file}`)]);
      expect([exitCode, stderr]).toEqual([
        1,
        expect.stringMatching(/".*n{300}(\/split)?" has a name that is too long for the disk/),
      ]);
      expect(await readdir(study.folder)).toEqual(before);
    },
  );

  it.each(outputs.filter(([what]) => !['build', 'split'].includes(what)))(
    '%s that is a folder is refused before anything is read',
    async (_, file, call) => {
      const { exitCode, stderr } = await aam(['data', ...call(study.path('nowhere'), study.folder)]);
      expect(file).not.toBe('');
      // A name without an ending is no format either, which is a mistake in the call.
      expect(stderr).toMatch(/: a file is needed, ".*" is a folder\. Name a file in it/);
      expect(exitCode).toBe(1);
    },
  );
});
