// What `aam pretrain` and `aam train` are told about samples, counts and targets: augmentation, scales, several targets.
import { readFileSync } from 'node:fs';
import { augmentationForms } from '@seq/data';
import { readCheckpoint } from '@seq/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam } from './fake-terminal.js';
import { featureIds, makeStudy, type Study, sampleIds, shortRun, tinyModel } from './small-study.js';

let study: Study;
beforeAll(async () => {
  study = await makeStudy();
  await study.write('more.tsv', moreMetadata());
});
afterAll(async () => study.remove());

/** Metadata with a second number and a study; s15 is of a study of its own, s14 has none. */
function moreMetadata(): string {
  const rows = sampleIds.map((id, i) => {
    const group = i === 15 ? 'C' : i === 14 ? '' : i % 2 === 0 ? 'A' : 'B';
    const age = i % 2 === 0 ? 20 + i : 200 + 3 * i;
    return [id, `subject${Math.floor(i / 2)}`, age, i % 2 === 0 ? 'gut' : 'skin', 15 + (i % 5), group].join('\t');
  });
  return `${['sample-id\tsubject\tage\tsite\tbmi\tstudy', ...rows].join('\n')}\n`;
}

const call = (command: string, folder: string, flags: readonly string[]): string[] => {
  const column = command === 'train' && !flags.includes('--metadata-column') ? ['--metadata-column', 'age'] : [];
  const metadata = command === 'train' ? ['--metadata', study.path('more.tsv')] : [];
  const inputs = ['--table', study.table, '--sequences', study.sequences, ...metadata];
  return [command, ...inputs, ...tinyModel, ...shortRun, ...column, '--output-dir', study.path(folder), ...flags];
};
const done = async (argv: readonly string[]): Promise<string> => {
  const { exitCode, stderr } = await aam(argv);
  expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
  return stderr;
};
const refusalOf = async (command: string, flags: readonly string[]): Promise<string> => {
  const { exitCode, stderr } = await aam(call(command, 'never', flags));
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^aam: /)]);
  return stderr;
};
const checkpointOf = (folder: string) => readCheckpoint(study.path(folder, 'best.safetensors'));
const rowsOf = (path: string): string[][] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
const predict = async (folder: string, flags: readonly string[] = []): Promise<{ rows: string[][]; notes: string }> => {
  const output = study.path(`${folder}.tsv`);
  const inputs = ['--table', study.table, '--sequences', study.sequences, '--output', output];
  const notes = await done(['predict', '--model', study.path(folder, 'best.safetensors'), ...inputs, ...flags]);
  return { rows: rowsOf(output), notes };
};

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
    await done(call(command, `augmented-${metric}`, [...flags, ...steps]));
    const { options } = (await checkpointOf(`augmented-${metric}`)).training!;
    expect((options.augmentation as { name: string }[]).map(({ name }) => name)).toEqual([
      ...['subsampleReads', 'dropAsvs', 'jitterAbundances', 'swapRelatives', 'cutCommunities', 'mixCommunities'],
      ...['substituteBases', 'maskBases', 'truncateBases'],
    ]);
  });

  it('learns classes of mixed samples, and changes what is learned, the same for the same seed', async () => {
    const flags = ['--classifier', '--metadata-column', 'site'];
    const weights = async (folder: string, more: readonly string[]) => {
      await done(call('train', folder, [...flags, ...more]));
      return [...(await checkpointOf(folder)).weights.values()].map(({ data }) => [...data]);
    };
    const mixed = await weights('mixed', ['--augment', 'mixup']);
    expect(await weights('mixed-again', ['--augment', 'mixup'])).toEqual(mixed);
    expect(await weights('mixed-otherwise', ['--augment', 'mixup', '--seed', '1'])).not.toEqual(mixed);
    expect(await weights('plain', [])).not.toEqual(mixed);
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
    await done(call('train', 'from-file', ['--config', config]));
    expect((await checkpointOf('from-file')).training!.options.augmentation).toHaveLength(2);
  });

  it('is no part of predictions', async () => {
    await done(call('train', 'dropout', ['--augment', 'asv-dropout:0.5']));
    const { rows } = await predict('dropout');
    expect((await predict('dropout')).rows).toEqual(rows);
  });

  it.each([
    ['train', ['--augment', 'noise'], /no step "noise"\. Give one of read-subsampling/],
    ['train', ['--augment', 'asv-dropout'], /Write it as asv-dropout:<rate>/],
    ['train', ['--augment', 'asv-dropout:2'], /rate is 2\. Give a number from 0 to 1/],
    ['train', ['--augment', 'phylogenetic-swap:0.1'], /finds relatives on the tree\. Give --tree/],
    ['train', ['--augment', 'base-masking:0.1', '--freeze', 'asv'], /a frozen level reads once\. Drop --freeze/],
    ['pretrain', ['--augment', 'mixup', '--unifrac-matrix', 'beta.tsv'], /the distances of --unifrac-matrix are those/],
  ])('%s refuses %j', async (command, flags, words) => {
    expect(await refusalOf(command, flags)).toMatch(words);
  });
});

describe('reads', () => {
  it('may be drawn with replacement, which fine-tuning follows', async () => {
    await done(call('pretrain', 'replaced', ['--tree', study.tree, '--rarefy-with-replacement']));
    expect((await checkpointOf('replaced')).data).toMatchObject({ rarefactionDepth: 20, withReplacement: true });
    const encoder = ['--pretrained-encoder', study.path('replaced', 'best.safetensors')];
    await done(call('train', 'replaced-tuned', encoder));
    expect((await checkpointOf('replaced-tuned')).data).toMatchObject({ withReplacement: true });
    expect(await refusalOf('train', [...encoder, '--no-rarefy'])).toMatch(/--no-rarefy was asked, .* has 20 reads/);
  });

  it('may all be read, also where counts are fractions, which fine-tuning follows', async () => {
    const shares = featureIds.map((id, feature) =>
      [id, ...sampleIds.map((_, i) => ((feature + i) % 3) / 7)].join('\t'),
    );
    const table = await study.write('shares.tsv', `${[['#OTU ID', ...sampleIds].join('\t'), ...shares].join('\n')}\n`);
    const own = (flags: readonly string[]) =>
      flags.filter((flag, i) => ![flag, flags[i - 1]].includes('--rarefy-depth'));
    const inputs = ['--table', table, '--tree', study.tree, '--unifrac-metric', 'weighted', '--no-rarefy'];
    await done(own(call('pretrain', 'all', inputs)));
    expect((await checkpointOf('all')).data.rarefactionDepth).toBeNull();
    const encoder = ['--pretrained-encoder', study.path('all', 'best.safetensors')];
    await done(own(call('train', 'all-tuned', ['--table', table, ...encoder])));
    expect((await checkpointOf('all-tuned')).data.rarefactionDepth).toBeNull();
    expect(await refusalOf('train', encoder)).toMatch(
      /--rarefy-depth 20 was asked, the pre-trained encoder reads all reads/,
    );
    expect((await aam(own(call('train', 'never', ['--table', table])))).stderr).toMatch(
      /Only whole reads can be drawn|fraction/,
    );
  });

  it.each(['log', 'relative', 'clr', 'raw'])('are predicted as %s', async (kind) => {
    await done(call('train', `counts-${kind}`, ['--count-normalization', kind]));
    expect((await checkpointOf(`counts-${kind}`)).target).toMatchObject({ countNormalization: kind });
  });

  it.each(['abundance', 'first', 'random', 'weighted'])('of ASVs beyond the limit are chosen by %s', async (kind) => {
    await done(call('train', `choice-${kind}`, ['--asv-sampling', kind, '--token-limit', '3']));
    expect((await checkpointOf(`choice-${kind}`)).data).toMatchObject({ asvChoice: kind, maxAsvsPerSample: 3 });
  });
});

describe('--target-transform', () => {
  it.each(['none', 'minmax', 'zscore', 'log-minmax', 'log-zscore', 'rank-gauss'])(
    '%s is kept in the checkpoint',
    async (kind) => {
      await done(call('train', `scale-${kind}`, ['--target-transform', kind]));
      expect((await checkpointOf(`scale-${kind}`)).target).toMatchObject({ transform: { kind } });
    },
  );

  it('zscore-category learns on the scale of each category, and predicts in the unit of the column', async () => {
    const flags = ['--target-transform', 'zscore-category', '--normalize-by', 'study', '--normalize-shrinkage', '0'];
    await done(call('train', 'by-study', [...flags, '--lr', '1e-9']));
    const { target } = await checkpointOf('by-study');
    expect(target).toMatchObject({ transform: { kind: 'zscore-category', shrinkage: 0 }, normalizeBy: ['study'] });
    const { rows, notes } = await predict('by-study', ['--metadata', study.path('more.tsv')]);
    // An untrained model says about the mean; that of study A is near 30, that of study B near 220.
    for (const [id, , predicted] of rows.slice(1, 15)) {
      const isA = Number(id!.slice(1)) % 2 === 0;
      expect(isA ? Number(predicted) < 100 : Number(predicted) > 100).toBe(true);
    }
    expect(notes).toMatch(
      /samples are of a category that training did not have; .* on the scale of all \(first: s1[45]\)/,
    );
    const { exitCode, stderr } = await aam([
      ...['predict', '--model', study.path('by-study', 'best.safetensors'), '--table', study.table],
      ...['--sequences', study.sequences, '--output', study.path('never.tsv')],
    ]);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/categories study\. Give the metadata/)]);
  });

  it.each([
    [['--target-transform', 'zscore-category'], /Give --normalize-by, such as --normalize-by study/],
    [['--normalize-by', 'study'], /--normalize-by has no effect without --target-transform zscore-category/],
    [['--normalize-shrinkage', '2'], /--normalize-shrinkage has no effect/],
  ])('refuses %j', async (flags, words) => {
    expect(await refusalOf('train', flags)).toMatch(words);
  });
});

describe('--also-predict', () => {
  it('learns several columns at once, each in its own unit', async () => {
    const flags = ['--also-predict', 'bmi:log-zscore,site:class', '--augment', 'mixup'];
    const notes = await done(call('train', 'several', flags));
    expect(notes).toMatch(/Warning: \d of 8 groups of "subject" have .* --group-column subject\./);
    const { target } = await checkpointOf('several');
    expect(target!.more).toMatchObject({
      bmi: { column: 'bmi', transform: { kind: 'log-zscore' } },
      site: { classes: ['gut', 'skin'] },
    });
    const { rows } = await predict('several', ['--metadata', study.path('more.tsv')]);
    expect(rows[0]).toEqual([
      ...['sample_id', 'actual', 'predicted', 'bmi:actual', 'bmi:predicted', 'site:actual', 'site:predicted'],
      ...['site:probability_gut', 'site:probability_skin'],
    ]);
    expect(rowsOf(study.path('several', 'val_predictions.tsv'))[0]).toEqual(rows[0]);
    for (const [id, actual, , bmi, bmiPredicted, site] of rows.slice(1)) {
      const i = Number(id!.slice(1));
      expect([Number(actual), Number(bmi), site]).toEqual([
        i % 2 === 0 ? 20 + i : 200 + 3 * i,
        15 + (i % 5),
        i % 2 === 0 ? 'gut' : 'skin',
      ]);
      expect(Math.abs(Number(bmiPredicted) - 17)).toBeLessThan(40);
    }
    expect((await predict('several')).rows[0]).not.toContain('bmi:actual');
  });

  it('takes the scale of the main target, quantiles too, and columns with colons', async () => {
    const text = moreMetadata().replace('\tbmi\t', '\tbody: bmi\t');
    const metadata = await study.write('colons.tsv', text);
    const flags = ['--also-predict', 'body: bmi', '--loss-type', 'quantile', '--target-transform', 'minmax'];
    await done(call('train', 'colons', [...flags, '--metadata', metadata]));
    expect((await checkpointOf('colons')).target!.more).toMatchObject({
      'body: bmi': { transform: { kind: 'minmax' }, quantiles: [0.1, 0.5, 0.9] },
    });
  });

  it('leaves samples out that lack any of the columns, if that is allowed', async () => {
    const text = moreMetadata().replace(/^(s03\t.*)\t18\t/m, '$1\t\t');
    const metadata = await study.write('gap.tsv', text);
    const flags = ['--metadata', metadata, '--also-predict', 'bmi'];
    const { exitCode, stderr } = await aam(call('train', 'never', flags));
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/"s03"[\s\S]*--missing drop/)]);
    const notes = await done(call('train', 'gap', [...flags, '--missing', 'drop']));
    expect(notes).toMatch(/1 without a target \("s03"; \d+ reads\)/);
  });

  it('refuses a column twice', async () => {
    expect(await refusalOf('train', ['--also-predict', 'bmi,age'])).toMatch(/"age" is predicted already/);
  });
});

describe('--scheduler', () => {
  it.each([
    [
      ['cosine_restarts', '--scheduler-t0', '2', '--scheduler-t-mult', '3', '--scheduler-eta-min', '1e-5'],
      {
        kind: 'cosine_restarts',
        firstCycleUpdates: 2,
        cycleFactor: 3,
        minimumRate: 1e-5,
      },
    ],
    [['cosine', '--scheduler-eta-min', '1e-5'], { kind: 'cosine', minimumRate: 1e-5 }],
    [
      ['plateau', '--scheduler-patience', '2', '--scheduler-factor', '0.5', '--scheduler-min-lr', '1e-6'],
      {
        kind: 'plateau',
        patience: 2,
        factor: 0.5,
        minimumRate: 1e-6,
      },
    ],
    [['plateau'], { kind: 'plateau' }],
    [['warmup_cosine', '--warmup-steps', '3'], { kind: 'warmup_cosine', warmupUpdates: 3 }],
    [['constant'], { kind: 'constant' }],
  ])('takes %j', async ([kind, ...flags], schedule) => {
    await done(call('train', `schedule-${flags.join('')}`, ['--scheduler', kind!, ...flags]));
    expect((await checkpointOf(`schedule-${flags.join('')}`)).training!.options.schedule).toEqual(schedule);
  });

  it('refuses what belongs to another schedule', async () => {
    expect(await refusalOf('train', ['--scheduler', 'cosine', '--warmup-steps', '3'])).toMatch(
      /--warmup-steps has no effect with --scheduler cosine, only with warmup_cosine/,
    );
  });
});
