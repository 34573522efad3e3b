// `aam train` and `aam predict` on classes, quantiles and with categories.
import { readFileSync } from 'node:fs';
import { readCheckpoint } from '@seq/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam } from './fake-terminal.js';
import { makeStudy, predictionCall, rowsOf, type Study, trainingCall } from './small-study.js';

let study: Study;
beforeAll(async () => {
  study = await makeStudy();
});
afterAll(async () => study.remove());

/** Calls of `aam train` and `aam predict` on the study. */
const train = (folder: string, flags: readonly string[]): string[] => trainingCall(study, 'train', folder, flags);
const predict = (model: string, output: string, flags: readonly string[] = []): string[] =>
  predictionCall(study, model, output, flags);

/** Trains, and predicts every sample from the checkpoint; gives the two tables. */
async function trainAndPredict(name: string, flags: readonly string[], predictFlags: readonly string[] = []) {
  const trained = await aam(train(name, flags));
  expect([trained.exitCode, trained.stderr]).toEqual([0, expect.stringContaining('best epoch')]);
  const output = study.path(`${name}.tsv`);
  const model = study.path(name, 'best.safetensors');
  const predicted = await aam(predict(model, output, predictFlags));
  expect([predicted.exitCode, predicted.stderr]).toEqual([0, expect.stringContaining('predictions in')]);
  return {
    validation: rowsOf(study.path(name, 'val_predictions.tsv')),
    predictions: rowsOf(output),
    trained,
    predicted,
    model,
  };
}

describe('aam train --classifier', () => {
  it('predicts classes with their probabilities', async () => {
    const flags = ['--classifier', '--metadata-column', 'site', '--class-weights', 'balanced', '--best-metric', 'f1'];
    const { validation, predictions } = await trainAndPredict('classes', flags, ['--metadata', study.metadata]);
    expect(validation[0]).toEqual(['sample_id', 'actual', 'predicted', 'probability_gut', 'probability_skin']);
    expect(predictions[0]).toEqual(validation[0]);
    for (const [, actual, predicted, gut, skin] of predictions.slice(1)) {
      expect(['gut', 'skin']).toContain(actual);
      expect(predicted).toBe(Number(gut) >= Number(skin) ? 'gut' : 'skin');
      expect(Number(gut) + Number(skin)).toBeCloseTo(1, 5);
    }
  });
});

describe('aam train --loss-type quantile', () => {
  it('predicts rising quantiles', async () => {
    const flags = ['--loss-type', 'quantile', '--quantiles', '0.1,0.5,0.9'];
    const { predictions } = await trainAndPredict('quantiles', flags);
    expect(predictions[0]).toEqual(['sample_id', 'predicted', 'quantile_0.1', 'quantile_0.5', 'quantile_0.9']);
    for (const [, predicted, low, middle, high] of predictions.slice(1)) {
      expect(predicted).toBe(middle);
      expect(Number(low)).toBeLessThanOrEqual(Number(middle));
      expect(Number(middle)).toBeLessThanOrEqual(Number(high));
    }
  });
});

describe('aam train --categorical-columns', () => {
  it.each(['none', 'concat', 'add', 'gmu', 'cross-attention', 'perceiver'])('with the fusion %s', async (fusion) => {
    const flags = ['--categorical-columns', 'site,subject', '--conditional-output-scaling', 'site'];
    const sizes = ['--cross-attn-heads', '2', '--perceiver-num-latents', '3', '--categorical-embed-dim', '3'];
    const weights = ['--categorical-loss-weights', 'auto', '--loss-weighting', 'learned'];
    const given = ['--metadata', study.metadata];
    const all = [...flags, ...sizes, ...weights, '--categorical-fusion', fusion];
    const { predictions, trained } = await trainAndPredict(`fusion-${fusion}`, all, given);
    expect(predictions).toHaveLength(17);
    expect(predictions.slice(1).every(([, , predicted]) => Number.isFinite(Number(predicted)))).toBe(true);
    // Subjects of the validation samples may be new to the model.
    expect(trained.stderr).not.toContain('"site"');
  });

  it('needs the metadata to predict', async () => {
    const flags = ['--categorical-columns', 'site'];
    const { model } = await trainAndPredict('categories', flags, ['--metadata', study.metadata]);
    const { exitCode, stderr } = await aam(predict(model, study.path('never.tsv')));
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/trained with the categories site\. Give the metadata/),
    ]);
  });
});

describe('aam pretrain', () => {
  const pretrain = (flags: readonly string[]) => aam(trainingCall(study, 'pretrain', 'pretrained', flags));

  it.each([
    ['weighted UniFrac', ['--unifrac-metric', 'weighted'], 'weighted'],
    ['generalised UniFrac', ['--unifrac-metric', 'generalized', '--alpha', '0.3', '--distance-scale', '5'], 'weighted'],
    ['Faith PD', ['--unifrac-metric', 'faith_pd'], 'faith_pd'],
    ['unweighted UniFrac', ['--distance-scale', 'learned'], 'unifrac'],
  ])('learns %s, and its encoder can be fine-tuned', async (_, flags, type) => {
    const { exitCode, stderr } = await pretrain(['--tree', study.tree, ...flags]);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('best epoch')]);
    const encoder = study.path('pretrained/best.safetensors');
    expect((await readCheckpoint(encoder)).model).toMatchObject({ encoderType: type });
    const again = await aam(train(`after-${type}`, ['--pretrained-encoder', encoder]));
    expect([again.exitCode, again.stderr]).toEqual([0, expect.stringContaining('best epoch')]);
  });

  it('learns several matrices from files at once', async () => {
    const paths: string[] = [];
    for (const metric of ['bray_curtis', 'aitchison']) {
      paths.push(study.path(`${metric}.tsv`));
      const made = await aam(['beta', '--table', study.table, '--metric', metric, '--output', paths.at(-1)!]);
      expect([made.exitCode, made.stderr]).toEqual([0, expect.anything()]);
    }
    const { exitCode, stderr } = await pretrain(['--unifrac-matrix', paths.join(',')]);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('distances above 1; d is learned as')]);
  });

  it.each([
    [[], /UniFrac is computed from the tree\. Give --tree/],
    [['--unifrac-matrix', 'x.tsv', '--unifrac-metric', 'weighted'], /Drop one of them/],
    [['--tree', 'x.nwk', '--alpha', '0.5'], /--alpha has no effect/],
    [['--tree', 'x.nwk', '--distance-scale', '0'], /no number above 0/],
  ])('refuses %j', async (flags, words) => {
    const { exitCode, stderr } = await pretrain(flags);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(words)]);
  });
});

describe('flags without effect', () => {
  it.each([
    [['--class-weights', '1,2'], /--class-weights has no effect without --classifier/],
    [['--quantiles', '0.5'], /--quantiles has no effect without --loss-type quantile/],
    [['--loss-type', 'quantile', '--quantiles', '0.9,0.1'], /do not rise between 0 and 1/],
    [['--over-penalty', '2'], /--over-penalty has no effect/],
    [['--best-metric', 'f1'], /is for classes/],
    [['--classifier', '--best-metric', 'mae'], /is for numbers/],
    [['--classifier', '--loss-type', 'quantile'], /Drop one of them/],
    [['--classifier', '--metadata-column', 'site', '--class-weights', '1'], /for the classes gut, skin/],
    [['--conditional-output-scaling', 'site'], /none of --categorical-columns/],
    [['--categorical-loss-weights', 'auto'], /of which column/],
  ])('%j are refused', async (flags, words) => {
    const { exitCode, stderr } = await aam(train('refused', flags));
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(words)]);
  });
});

describe('--asv-cache', () => {
  it('gives the same files as without, is shared by runs and predictions, and needs a frozen level', async () => {
    const cache = study.path('asvs.arrow');
    const frozen = ['--freeze', 'asv'];
    const without = await trainAndPredict('without-cache', frozen);
    const cached = [...frozen, '--asv-cache', cache];
    const first = await trainAndPredict('with-cache', cached, ['--asv-cache', cache]);
    const made = readFileSync(cache);
    const second = await trainAndPredict('with-cache-again', cached, ['--asv-cache', cache]);
    for (const { validation, predictions, model } of [first, second]) {
      expect({ validation, predictions }).toEqual({
        validation: without.validation,
        predictions: without.predictions,
      });
      expect(readFileSync(model).equals(readFileSync(without.model))).toBe(true);
    }
    expect(readFileSync(cache).equals(made)).toBe(true);

    const other = await trainAndPredict('with-other-weights', [...cached, '--seed', '5']);
    expect(other.trained.stderr).toContain('is not used and will be replaced: it is of other weights');
    expect(readFileSync(cache).equals(made)).toBe(false);

    const refused = await aam(train('unfrozen', ['--asv-cache', cache]));
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('Give --freeze, too.')]);
    const foreign = await aam(train('foreign', [...frozen, '--asv-cache', study.metadata]));
    expect([foreign.exitCode, foreign.stderr]).toEqual([1, expect.stringContaining('is no cache of ASVs')]);
  });
});

describe('aam report on classes', () => {
  it('gives their metrics and a confusion matrix, and refuses a baseline of numbers', async () => {
    const flags = ['--classifier', '--metadata-column', 'site'];
    const { predictions } = await trainAndPredict('sites', flags, ['--metadata', study.metadata]);
    const report = (folder: string, more: readonly string[] = []) =>
      aam(['report', '--predictions', study.path('sites.tsv'), '--output-dir', study.path(folder), ...more]);
    const plain = [
      'sample_id\tactual\tpredicted',
      ...predictions.slice(1).map(([id, actual]) => `${id}\t${actual}\tgut`),
    ];
    const always = await study.write('always-gut.tsv', `${plain.join('\n')}\n`);
    const { exitCode, stdout, stderr } = await report('site-report', ['--baseline', always, '--target-name', 'site']);
    expect([exitCode, stderr]).toEqual([0, '']);
    const [header, own, baseline] = stdout.split('\n').map((line) => line.split('\t'));
    expect(header).toEqual(['model', 'samples', 'accuracy', 'precision', 'recall', 'f1', 'auc']);
    const right = predictions.slice(1).filter(([, actual, predicted]) => actual === predicted).length;
    expect(own!.slice(1, 3).map(Number)).toEqual([16, right / 16]);
    expect(baseline!.slice(1)).toEqual(['16', '0.5', '0.25', '0.5', '0.3333333', '']);
    const written = JSON.parse(readFileSync(study.path('site-report/metrics.json'), 'utf8'));
    expect([written.classes, written.models[1].confusion]).toEqual([
      ['gut', 'skin'],
      [
        [8, 0],
        [8, 0],
      ],
    ]);
    expect(readFileSync(study.path('site-report/metrics.tsv'), 'utf8')).toBe(stdout);
    expect(readFileSync(study.path('site-report/predictions.svg'), 'utf8')).toContain('>predicted site<');

    const numbers = ['sample_id\tactual\tpredicted', 's00\t1\t2', 's01\t3\t4'];
    const mixed = await report('mixed', ['--baseline', await study.write('numbers.tsv', `${numbers.join('\n')}\n`)]);
    expect([mixed.exitCode, mixed.stderr]).toEqual([
      2,
      expect.stringContaining('predicts numbers, --predictions classes'),
    ]);
  });
});
