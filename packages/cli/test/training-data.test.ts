// What `aam pretrain` and `aam train` are told about samples: augmentation, reads, ASVs.
import { readFileSync } from 'node:fs';
import { augmentationForms } from '@seq/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam, notesOf } from './fake-terminal.js';
import { type LabelledStudy, makeLabelledStudy } from './labelled-study.js';
import { featureIds, sampleIds } from './small-study.js';

let study: LabelledStudy;
beforeAll(async () => {
  study = await makeLabelledStudy();
});
afterAll(async () => study.remove());

describe('--augment', () => {
  const every = [
    ...[
      'read-subsampling:0.7',
      'asv-dropout:0.1',
      'abundance-jitter:50',
      'phylogenetic-swap:0.2:1',
      'cutmix',
      'mixup:1',
    ],
    ...['base-substitution:0.02', 'base-masking:0.02', 'truncation:10'],
  ];

  it.each([
    ['pretrain', 'weighted'],
    ['pretrain', 'faith_pd'],
    ['train', 'unifrac'],
  ])('%s takes every step, in flags and lists, beside %s', async (command, metric) => {
    const flags = ['--tree', study.tree, '--unifrac-metric', metric];
    const steps = ['--augment', every.slice(0, 4).join(','), '--augment', every.slice(4).join(',')];
    await notesOf(...study.call(command, `augmented-${metric}`, [...flags, ...steps]));
    const { options } = (await study.checkpointOf(`augmented-${metric}`)).training!;
    expect((options.augmentation as { name: string }[]).map(({ name }) => name)).toEqual([
      ...['subsampleReads', 'dropAsvs', 'jitterAbundances', 'swapRelatives', 'cutCommunities', 'mixCommunities'],
      ...['substituteBases', 'maskBases', 'truncateBases'],
    ]);
  });

  it('learns classes of mixed samples, and changes what is learned, the same for the same seed', async () => {
    const flags = ['--classifier', '--metadata-column', 'site'];
    const weights = async (folder: string, more: readonly string[]) => {
      await notesOf(...study.call('train', folder, [...flags, ...more]));
      return [...(await study.checkpointOf(folder)).weights.values()].map(({ data }) => [...data]);
    };
    const mixed = await weights('mixed', ['--augment', 'mixup']);
    expect(await weights('mixed-again', ['--augment', 'mixup'])).toEqual(mixed);
    expect(await weights('mixed-otherwise', ['--augment', 'mixup', '--seed', '1'])).not.toEqual(mixed);
    expect(await weights('plain', [])).not.toEqual(mixed);
  });

  it('does the same to a table that is streamed', async () => {
    const table = study.path('table.biom');
    expect((await aam(['data', 'convert', study.table, table])).exitCode).toBe(0);
    const flags = ['--table', table, '--also-predict', 'site:class', '--augment', 'cutmix,asv-dropout:0.2'];
    const weights = async (folder: string, more: readonly string[]) => {
      await notesOf(...study.call('train', folder, [...flags, ...more]));
      return [...(await study.checkpointOf(folder)).weights.values()].map(({ data }) => [...data]);
    };
    expect(await weights('streamed', ['--stream'])).toEqual(await weights('in-memory', []));
  });

  it('names every step in its help and in the guide', async () => {
    const guide = readFileSync(new URL('../../../docs/guide/training.md', import.meta.url), 'utf8');
    const { stdout } = await aam(['train', '--help']);
    const help = stdout.replace(/\s+/g, ' ');
    for (const { form } of augmentationForms) {
      const [name] = form.split(/[:[]/);
      expect([name, help.includes(name!), guide.includes(`| \`${name}`)]).toEqual([name, true, true]);
    }
  });

  it('may stand in the settings file', async () => {
    const config = await study.write('settings.yaml', 'augment:\n  - asv-dropout:0.2\n  - mixup\n');
    await notesOf(...study.call('train', 'from-file', ['--config', config]));
    expect((await study.checkpointOf('from-file')).training!.options.augmentation).toHaveLength(2);
  });

  it('is no part of predictions', async () => {
    await notesOf(...study.call('train', 'dropout', ['--augment', 'asv-dropout:0.5']));
    const { rows } = await study.predict('dropout');
    expect((await study.predict('dropout')).rows).toEqual(rows);
  });

  it.each([
    ['train', ['--augment', 'noise'], /no step "noise"\. Give one of read-subsampling/],
    ['train', ['--augment', 'asv-dropout'], /Write it as asv-dropout:<rate>/],
    ['train', ['--augment', 'asv-dropout:2'], /rate is 2\. Give a number from 0 to 1/],
    ['train', ['--augment', 'phylogenetic-swap:0.1'], /finds relatives on the tree\. Give --tree/],
    ['train', ['--augment', 'base-masking:0.1', '--freeze', 'asv'], /a frozen level reads once\. Drop --freeze/],
    ['pretrain', ['--augment', 'mixup', '--unifrac-matrix', 'beta.tsv'], /the distances of --unifrac-matrix are those/],
  ])('%s refuses %j', async (command, flags, words) => {
    expect(await study.refusalOf(command, flags)).toMatch(words);
  });
});

describe.each(['pretrain', 'train'])('aam %s --no-share-asvs', (command) => {
  it('draws anew for every sample, is kept in the checkpoint, and goes with no frozen level', async () => {
    const run = async (folder: string, more: readonly string[]) => {
      const tree = command === 'pretrain' ? ['--tree', study.tree] : [];
      await notesOf(...study.call(command, folder, [...tree, ...more]));
      return study.checkpointOf(folder);
    };
    const shared = await run(`${command}-shared`, []);
    const unshared = await run(`${command}-unshared`, ['--no-share-asvs']);
    expect([shared, unshared].map(({ training }) => training!.options.shareAsvs)).toEqual([true, false]);
    expect(unshared.weights).not.toEqual(shared.weights);
    if (command === 'pretrain') return;
    const frozen = await aam(study.call('train', 'refused', ['--no-share-asvs', '--freeze', 'asv']));
    expect([frozen.exitCode, frozen.stderr]).toEqual([2, expect.stringContaining('--no-share-asvs has no effect')]);
  });
});

describe('reads', () => {
  it('may be drawn with replacement, which fine-tuning follows', async () => {
    await notesOf(...study.call('pretrain', 'replaced', ['--tree', study.tree, '--rarefy-with-replacement']));
    expect((await study.checkpointOf('replaced')).data).toMatchObject({ rarefactionDepth: 20, withReplacement: true });
    const encoder = ['--pretrained-encoder', study.path('replaced', 'best.safetensors')];
    await notesOf(...study.call('train', 'replaced-tuned', encoder));
    expect((await study.checkpointOf('replaced-tuned')).data).toMatchObject({ withReplacement: true });
    expect(await study.refusalOf('train', [...encoder, '--no-rarefy'])).toMatch(
      /--no-rarefy was asked, .* has 20 reads/,
    );
  });

  it('may all be read, also where counts are fractions, which fine-tuning follows', async () => {
    const shares = featureIds.map((id, feature) =>
      [id, ...sampleIds.map((_, i) => ((feature + i) % 3) / 7)].join('\t'),
    );
    const table = await study.write('shares.tsv', `${[['#OTU ID', ...sampleIds].join('\t'), ...shares].join('\n')}\n`);
    const own = (flags: readonly string[]) =>
      flags.filter((flag, i) => ![flag, flags[i - 1]].includes('--rarefy-depth'));
    const inputs = ['--table', table, '--tree', study.tree, '--unifrac-metric', 'weighted', '--no-rarefy'];
    await notesOf(...own(study.call('pretrain', 'all', inputs)));
    expect((await study.checkpointOf('all')).data.rarefactionDepth).toBeNull();
    const encoder = ['--pretrained-encoder', study.path('all', 'best.safetensors')];
    await notesOf(...own(study.call('train', 'all-tuned', ['--table', table, ...encoder])));
    expect((await study.checkpointOf('all-tuned')).data.rarefactionDepth).toBeNull();
    expect(await study.refusalOf('train', encoder)).toMatch(
      /--rarefy-depth 20 was asked, the pre-trained encoder reads all reads/,
    );
    expect((await aam(own(study.call('train', 'never', ['--table', table])))).stderr).toMatch(
      /Only whole reads can be drawn|fraction/,
    );
  });

  it.each(['log', 'relative', 'clr', 'raw'])('are predicted as %s', async (kind) => {
    await notesOf(...study.call('train', `counts-${kind}`, ['--count-normalization', kind]));
    expect((await study.checkpointOf(`counts-${kind}`)).target).toMatchObject({ countNormalization: kind });
  });

  it.each(['ln', 'log', 'relative', 'clr', 'raw'])(
    'enter the model as %s, whatever the target, which fine-tuning and predictions follow',
    async (scale) => {
      const [base, tuned] = [`scale-${scale}`, `scale-${scale}-tuned`];
      const counts = ['--count-embedding', '--count-embedding-scale', scale];
      await notesOf(...study.call('pretrain', base, ['--tree', study.tree, ...counts]));
      const encoder = ['--pretrained-encoder', study.path(base, 'best.safetensors')];
      await notesOf(...study.call('train', tuned, [...encoder, '--target-transform', 'zscore']));
      expect((await study.checkpointOf(tuned)).model).toMatchObject({ base: { countScale: scale } });
      const { rows } = await study.predict(tuned);
      expect(rows.slice(1).map((cells) => Number.isFinite(Number(cells.at(-1))))).toEqual(sampleIds.map(() => true));
      const other = scale === 'clr' ? 'raw' : 'clr';
      expect(await study.refusalOf('train', [...encoder, '--count-embedding-scale', other])).toMatch(
        `--count-embedding-scale: ${other} was asked, the pre-trained encoder has ${scale}`,
      );
    },
  );

  it('enter the model on no scale if they do not enter', async () => {
    const flags = ['--tree', study.tree, '--count-embedding-scale', 'clr'];
    expect(await study.refusalOf('pretrain', flags)).toMatch('Give --count-embedding, too');
  });

  it('that are too few leave a sample out, and it is said', async () => {
    const notes = await notesOf(
      ...study.call('train', 'shallow', ['--rarefy-depth', '100', '--metadata', study.metadata]),
    );
    expect(notes).toContain('1 below the depth of 100 reads ("s15"; 25 reads)');
    expect(notes).toMatch(/1 (training|validation) sample has fewer than 100 reads and is left out \(first: s15\)/);
    const used = ['train', 'val'].map((name) => readFileSync(study.path('shallow', `${name}_samples.txt`), 'utf8'));
    expect(used.join('').trimEnd().split('\n').sort()).toEqual(sampleIds.slice(0, 15));
  });

  it.each(['abundance', 'first', 'random', 'weighted'])('of ASVs beyond the limit are chosen by %s', async (kind) => {
    await notesOf(...study.call('train', `choice-${kind}`, ['--asv-sampling', kind, '--token-limit', '3']));
    expect((await study.checkpointOf(`choice-${kind}`)).data).toMatchObject({ asvChoice: kind, maxAsvsPerSample: 3 });
  });
});
