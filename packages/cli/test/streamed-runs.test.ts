// Training and predicting from tables that are read meanwhile, beside the same from memory.
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BadStudy, makeBadStudy } from './bad-study.js';
import { aam, notesOf } from './fake-terminal.js';
import { demoTable, featureIds, sampleIds, tinyModel } from './small-study.js';

let study: BadStudy;
let shards: string;
let biom: string;

beforeAll(async () => {
  study = await makeBadStudy();
  shards = study.path('table.shards');
  biom = study.path('table.biom');
  await notesOf('data', 'build', study.table, shards, '--samples-per-batch', '4');
  await notesOf('data', 'convert', study.table, biom);
});

afterAll(() => study.remove());

/** Everything in a folder but the settings, which name the table. */
async function filesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).filter((name) => name !== 'settings.json').sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(`${folder}/${name}`, 'base64')] as const)),
  );
}

/** Runs the call with the table in memory and streamed, and expects the same files and notes. */
async function expectSame(callOf: (changes: Record<string, string>) => string[], outputFlag: string, name: string) {
  const [whole, streamed] = [study.path(`${name}-whole`), study.path(`${name}-streamed`)];
  const notes = [
    await notesOf(...callOf({ [outputFlag]: whole })),
    await notesOf(...callOf({ [outputFlag]: streamed, '--table': shards })),
  ].map((text, i) =>
    text
      .replaceAll([whole, streamed][i]!, 'here')
      .split('\n')
      .filter((line) => !/samples\/s|^counts read once/.test(line)),
  );
  expect(notes[1]).toEqual(notes[0]);
  if ((await stat(whole)).isDirectory()) expect(await filesIn(streamed)).toEqual(await filesIn(whole));
  else expect(await readFile(streamed, 'utf8')).toBe(await readFile(whole, 'utf8'));
}

describe('a table of shards, all shuffled together', () => {
  it.each<[string, Record<string, string>]>([
    ['distances', {}],
    ['Faith PD', { '--unifrac-metric': 'faith_pd' }],
    ['distances without a tree', { '--unifrac-metric': 'unifrac,aitchison,bray_curtis' }],
    ['everything', { '--unifrac-metric': 'combined', '--taxonomy': 'taxa', '--taxonomy-rank': '2' }],
    ['a tree that lacks features', { '--missing': 'drop', '--tree': 'small' }],
    ['changed samples', { '--augment': 'asv-dropout:0.2,mixup' }],
    ['other ASVs', { '--asv-sampling': 'weighted', '--slot-positions': 'compat', '--token-limit': '3' }],
  ])(
    'aam pretrain on %s gives the files of the table in memory, bit by bit',
    async (name, { '--tree': tree, ...more }) => {
      const taxa = featureIds.map((id, i) => `${id}\td__Bacteria; p__${i % 3}`);
      const taxonomy = await study.write('taxonomy.tsv', `Feature ID\tTaxon\n${taxa.join('\n')}\n`);
      const flags = {
        ...more,
        ...('--taxonomy' in more ? { '--taxonomy': taxonomy } : {}),
        ...(tree === undefined ? {} : { '--tree': study.bad.smallTree }),
      };
      await expectSame((changes) => study.pretrain({ ...flags, ...changes }), '--output-dir', `pretrain ${name}`);
    },
  );

  it.each<[string, Record<string, string>]>([
    ['numbers', {}],
    ['samples without a target', { '--missing': 'drop', '--metadata': 'gaps' }],
    ['whole subjects', { '--group-column': 'subject' }],
    ['categories and a distance', { '--categorical-columns': 'site', '--penalty': '1', '--tree': 'whole' }],
    ['a frozen base', { '--freeze': 'asv', '--asv-cache': 'cache' }],
    ['mixed targets', { '--augment': 'mixup' }],
  ])('aam train with %s gives the files of the table in memory, bit by bit', async (name, given) => {
    const paths: Record<string, string> = {
      gaps: study.bad.missingAges,
      whole: study.tree,
      cache: study.path(`${name}.arrow`),
    };
    const flags = Object.fromEntries(Object.entries(given).map(([flag, value]) => [flag, paths[value] ?? value]));
    await expectSame((changes) => study.train({ ...flags, ...changes }), '--output-dir', `train ${name}`);
  });

  it('aam predict gives the predictions of the table in memory, of all samples and of some', async () => {
    const some = await study.write('some.txt', 's09\ns02\ns15\ns04\n');
    for (const flags of [{}, { '--samples': some, '--metadata': study.metadata, '--batch-size': '3' }]) {
      await expectSame(
        (changes) => study.predict({ ...flags, ...changes }),
        '--output',
        `predict ${Object.keys(flags).length}`,
      );
    }
  });

  it('a BIOM file with --stream gives them, too', async () => {
    const [whole, streamed] = [study.path('biom-whole'), study.path('biom-streamed')];
    await notesOf(...study.pretrain({ '--output-dir': whole }));
    await notesOf(...study.pretrain({ '--output-dir': streamed, '--table': biom }), '--stream');
    expect(await filesIn(streamed)).toEqual(await filesIn(whole));
  });

  it('the demo gives the weights of the table in memory', async () => {
    const data = (name: string): string =>
      fileURLToPath(new URL(`../../../examples/ecam/data/${name}`, import.meta.url));
    const demoShards = study.path('demo.shards');
    await notesOf('data', 'build', demoTable, demoShards);
    const files = await Promise.all(
      [demoTable, demoShards].map(async (table, i) => {
        const folder = study.path(`demo-${i}`);
        const inputs = ['--table', table, '--sequences', data('rep-seqs.fasta'), '--tree', data('tree.nwk')];
        const run = ['--epochs', '1', '--batch-size', '64', '--lr', '0.01', '--rarefy-depth', '2000'];
        await notesOf(
          'pretrain',
          ...inputs,
          '--output-dir',
          folder,
          ...tinyModel.slice(0, 6),
          ...run,
          '--token-limit',
          '8',
          '--max-bp',
          '12',
        );
        return filesIn(folder);
      }),
    );
    expect(files[1]).toEqual(files[0]);
  });
});

describe('a table of shards, shuffled by blocks', () => {
  const blockwise = (folder: string): string[] => [
    ...study.pretrain({ '--output-dir': study.path(folder), '--table': shards }),
    ...['--shuffle-buffer', '8'],
  ];

  it('aam pretrain interrupted and resumed ends with the files of an uninterrupted run, on 1 and 2 threads', async () => {
    await notesOf(...blockwise('by-blocks'));
    const wanted = await filesIn(study.path('by-blocks'));
    for (const epoch of [1, 2]) {
      const folder = `by-blocks-${epoch}`;
      let seen = 0;
      const interruptAt = (written: string) => written.includes(`epoch ${epoch}/2  `) && ++seen === 2;
      const { exitCode } = await aam(blockwise(folder), { isTTY: true, interruptAt });
      expect(exitCode).toBe(130);
      const last = study.path(folder, 'last.safetensors');
      await notesOf(...blockwise(folder), '--threads', '2', '--resume-from', last);
      expect(await filesIn(study.path(folder))).toEqual(wanted);
    }
    const last = study.path('by-blocks', 'last.safetensors');
    const other = [...blockwise('by-blocks'), '--shuffle-buffer', '4', '--resume-from', last];
    const { exitCode, stderr } = await aam(other);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/cannot go on from the checkpoint.*blocks was .*"blocksPerBuffer":2/);
  });

  it('reads only the blocks of the samples that are used, and names a damaged one', async () => {
    const folder = study.path('damaged.shards');
    await notesOf('data', 'build', study.table, folder, '--samples-per-batch', '4');
    const manifest = JSON.parse(await readFile(`${folder}/manifest.json`, 'utf8'));
    const [{ file, batches }] = manifest.shards;
    const shard = await open(`${folder}/${file}`, 'r+');
    const { offset } = batches[3];
    await shard.write(Uint8Array.of(77, 77, 77, 77, 77), 0, 5, offset + 20);
    await shard.close();
    const sound = await study.write('sound.txt', sampleIds.slice(0, 12).join('\n'));
    const call = (output: string, samples: string) =>
      study.pretrain({ '--table': folder, '--output-dir': study.path(output), '--samples': samples });
    await notesOf(...call('sound', sound));
    const all = await study.write('all-samples.txt', sampleIds.join('\n'));
    const { exitCode, stderr } = await aam(call('damaged', all));
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(file)]);
  });
});

describe('what cannot work while a table is read', () => {
  it.each<[string, string[], number, RegExp]>([
    ['a table of text', ['--stream'], 2, /--stream: .*table\.tsv" can only be read whole.*aam data build/],
    [
      'a shuffle buffer in memory',
      ['--shuffle-buffer', '100'],
      2,
      /--shuffle-buffer has no effect on a table in memory/,
    ],
    ['an empty shuffle buffer', ['--stream', '--shuffle-buffer', '0'], 2, /whole number at least 1 is needed/],
  ])('%s is refused before training', async (name, flags, code, message) => {
    const folder = study.path(`refused ${name}`);
    const { exitCode, stderr } = await aam([...study.pretrain({ '--output-dir': folder }), ...flags]);
    expect([exitCode, stderr]).toEqual([code, expect.stringMatching(message)]);
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });

  it('an interrupt while counts are read for the first time ends with 130, and nothing is written', async () => {
    const folder = study.path('stopped-early');
    const argv = [...study.pretrain({ '--output-dir': folder, '--table': biom }), '--stream'];
    const { exitCode, stderr } = await aam(argv, {
      isTTY: true,
      interruptAt: (written) => written.includes('counts read once'),
    });
    expect([exitCode, stderr]).toEqual([130, expect.stringContaining('Stopping')]);
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });

  it('a folder without shards is no table', async () => {
    const { exitCode, stderr } = await aam(
      study.pretrain({ '--table': study.folder, '--output-dir': study.path('no') }),
    );
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/folder/)]);
  });
});
