// What `aam train` is told about its targets, and about the schedule: scales, several columns, rates.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam, notesOf } from './fake-terminal.js';
import { type LabelledStudy, labelledAge, labelledMetadata, makeLabelledStudy } from './labelled-study.js';
import { predictionCall, rowsOf } from './small-study.js';

let study: LabelledStudy;
beforeAll(async () => {
  study = await makeLabelledStudy();
});
afterAll(async () => study.remove());

describe('--target-transform', () => {
  it.each(['none', 'minmax', 'zscore', 'log-minmax', 'log-zscore', 'rank-gauss'])(
    '%s is kept in the checkpoint',
    async (kind) => {
      await notesOf(...study.call('train', `scale-${kind}`, ['--target-transform', kind]));
      expect((await study.checkpointOf(`scale-${kind}`)).target).toMatchObject({ transform: { kind } });
    },
  );

  it('zscore-category learns on the scale of each category, and predicts in the unit of the column', async () => {
    const flags = ['--target-transform', 'zscore-category', '--normalize-by', 'study', '--normalize-shrinkage', '0'];
    await notesOf(...study.call('train', 'by-study', [...flags, '--lr', '1e-9']));
    const { target } = await study.checkpointOf('by-study');
    expect(target).toMatchObject({ transform: { kind: 'zscore-category', shrinkage: 0 }, normalizeBy: ['study'] });
    const { rows, notes } = await study.predict('by-study', ['--metadata', study.path('more.tsv')]);
    // An untrained model says about the mean; that of study A is near 30, that of study B near 220.
    for (const [id, , predicted] of rows.slice(1, 15)) {
      const isA = Number(id!.slice(1)) % 2 === 0;
      expect(isA ? Number(predicted) < 100 : Number(predicted) > 100).toBe(true);
    }
    expect(notes).toMatch(
      /samples are of a category that training did not have; .* on the scale of all \(first: s1[45]\)/,
    );
    const model = study.path('by-study', 'best.safetensors');
    const { exitCode, stderr } = await aam(predictionCall(study, model, study.path('never.tsv')));
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/categories study\. Give the metadata/)]);
  });

  it.each([
    [['--target-transform', 'zscore-category'], /Give --normalize-by, such as --normalize-by study/],
    [['--normalize-by', 'study'], /--normalize-by has no effect without --target-transform zscore-category/],
    [['--normalize-shrinkage', '2'], /--normalize-shrinkage has no effect/],
  ])('refuses %j', async (flags, words) => {
    expect(await study.refusalOf('train', flags)).toMatch(words);
  });
});

describe('--also-predict', () => {
  it('learns several columns at once, each in its own unit', async () => {
    const flags = ['--also-predict', 'bmi:log-zscore,site:class', '--augment', 'mixup'];
    const notes = await notesOf(...study.call('train', 'several', flags));
    expect(notes).toMatch(/Warning: \d of 8 groups of "subject" have .* --group-column subject\./);
    const { target } = await study.checkpointOf('several');
    expect(target!.more).toMatchObject({
      bmi: { column: 'bmi', transform: { kind: 'log-zscore' } },
      site: { classes: ['gut', 'skin'] },
    });
    const { rows } = await study.predict('several', ['--metadata', study.path('more.tsv')]);
    expect(rows[0]).toEqual([
      ...['sample_id', 'actual', 'predicted', 'bmi:actual', 'bmi:predicted', 'site:actual', 'site:predicted'],
      ...['site:probability_gut', 'site:probability_skin'],
    ]);
    expect(rowsOf(study.path('several', 'val_predictions.tsv'))[0]).toEqual(rows[0]);
    for (const [id, actual, , bmi, bmiPredicted, site] of rows.slice(1)) {
      const i = Number(id!.slice(1));
      expect([Number(actual), Number(bmi), site]).toEqual([labelledAge(i), 15 + (i % 5), i % 2 === 0 ? 'gut' : 'skin']);
      expect(Math.abs(Number(bmiPredicted) - 17)).toBeLessThan(40);
    }
    expect((await study.predict('several')).rows[0]).not.toContain('bmi:actual');
    const inspected = await aam(['inspect', study.path('several', 'best.safetensors')]);
    expect(inspected.stdout).toMatch(
      /target +age, zscore \(mean [\d.]+, .*\n *target +bmi, log-zscore .*\n *target +site, classes gut, skin/,
    );
    expect(inspected.stdout).toMatch(/augmentation +name mixCommunities, alpha 0.4\n/);
  });

  it('is reported target by target', async () => {
    const lines = ['sample_id\tactual\tpredicted\tbmi:actual\tbmi:predicted\tsite:actual\tsite:predicted'];
    const rows = [
      [1, 2, 30, 34, 'gut', 'gut'],
      [2, 2, 20, 20, 'skin', 'gut'],
      [3, 2, '', 5, 'gut', 'gut'],
    ];
    rows.forEach((cells, i) => {
      lines.push([`s${i}`, ...cells].join('\t'));
    });
    const predictions = await study.write('several-predicted.tsv', `${lines.join('\n')}\n`);
    const report = async (target: string) => {
      const flags = ['--predictions', predictions, '--target-name', target, '--output-dir', study.path('reported')];
      const { exitCode, stdout, stderr } = await aam(['report', ...flags]);
      expect(exitCode, stderr).toBe(0);
      return stdout.trimEnd().split('\n')[1]!.split('\t').slice(1, 3);
    };
    expect(await report('age')).toEqual(['3', (2 / 3).toPrecision(7)]);
    expect(await report('bmi')).toEqual(['2', '2']);
    expect(await report('site')).toEqual(['3', (2 / 3).toPrecision(7)]);
  });

  it('takes the scale of the main target, quantiles too, and columns with colons', async () => {
    const text = labelledMetadata().replace('\tbmi\t', '\tbody: bmi\t');
    const metadata = await study.write('colons.tsv', text);
    const flags = ['--also-predict', 'body: bmi', '--loss-type', 'quantile', '--target-transform', 'minmax'];
    await notesOf(...study.call('train', 'colons', [...flags, '--metadata', metadata]));
    expect((await study.checkpointOf('colons')).target!.more).toMatchObject({
      'body: bmi': { transform: { kind: 'minmax' }, quantiles: [0.1, 0.5, 0.9] },
    });
  });

  it('leaves samples out that lack any of the columns, if that is allowed', async () => {
    const text = labelledMetadata().replace(/^(s03\t.*)\t18\t/m, '$1\t\t');
    const metadata = await study.write('gap.tsv', text);
    const flags = ['--metadata', metadata, '--also-predict', 'bmi'];
    const { exitCode, stderr } = await aam(study.call('train', 'never', flags));
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/"s03"[\s\S]*--missing drop/)]);
    const notes = await notesOf(...study.call('train', 'gap', [...flags, '--missing', 'drop']));
    expect(notes).toMatch(/1 without a target \("s03"; \d+ reads\)/);
  });

  it('refuses a column twice', async () => {
    expect(await study.refusalOf('train', ['--also-predict', 'bmi,age'])).toMatch(/"age" is predicted already/);
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
    await notesOf(...study.call('train', `schedule-${flags.join('')}`, ['--scheduler', kind!, ...flags]));
    expect((await study.checkpointOf(`schedule-${flags.join('')}`)).training!.options.schedule).toEqual(schedule);
  });

  it('refuses what belongs to another schedule', async () => {
    expect(await study.refusalOf('train', ['--scheduler', 'cosine', '--warmup-steps', '3'])).toMatch(
      /--warmup-steps has no effect with --scheduler cosine, only with warmup_cosine/,
    );
  });
});
