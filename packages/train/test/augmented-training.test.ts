// Training on augmented samples: mixed targets, bases that change, runs that go on.
import { augment, createCommunityDataset, fitClassLabels, makeBatch, parseAugmentation } from '@seq/data';
import { SequencePredictor } from '@seq/model';
import { ParameterStore, setThreads, threads } from '@seq/tensor';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ClassTarget,
  FineTuningObjective,
  PretrainingObjective,
  readCheckpoint,
  Trainer,
  type TrainerOptions,
  targetLoss,
} from '../src/index.js';
import { augmentedTraining } from '../src/trainer/mixed-targets.js';
import {
  jaccardDistances,
  newEncoder,
  newPredictor,
  sequences,
  smallTargets,
  tinyPredictor,
} from './small-community.js';
import { datasets, finalParameters, newFolder, runOptions, table, targetValues } from './training-runs.js';

const cores = threads();
afterEach(() => setThreads(cores));

const trainingWith = (texts: readonly string[]) =>
  createCommunityDataset(table, {
    ...datasets.training.settings,
    sequences,
    sampleIds: datasets.training.sampleIds,
    augmentation: parseAugmentation(texts),
  });
const every = ['read-subsampling:0.6', 'asv-dropout:0.2', 'abundance-jitter', 'mixup:1', 'base-masking:0.1'];

const ages = smallTargets(table);
const classOf = new Map([...ages].map(([id, age]) => [id, age < 150 ? 'young' : 'old']));
const labels = fitClassLabels(datasets.training.sampleIds.map((id) => classOf.get(id)!));
const classes = () => new ClassTarget({ column: 'group', values: classOf, labels, labelSmoothing: 0.1 });

/** A run that predicts a number and, besides, classes. */
function newRun(texts: readonly string[], options: Partial<TrainerOptions> = {}) {
  const store = new ParameterStore({ seed: 12 });
  const more = { name: 'group', outputWidth: 2, outputActivation: 'logSoftmax' as const };
  const predictor = new SequencePredictor(store.scope(), { ...tinyPredictor, moreTargets: [more] });
  const moreTargets = new Map([['group', { targets: classes() }]]);
  const objective = new FineTuningObjective({ store, predictor, targets: targetValues(), moreTargets });
  const trainer = new Trainer(objective, { ...runOptions, training: trainingWith(texts), ...options });
  return { store, objective, trainer };
}

describe('a run on augmented samples', () => {
  it('ends with the same bits for 1 and 2 threads, and after it was interrupted and went on', async () => {
    const run = (options: Partial<TrainerOptions>) => newRun(every, options);
    const whole = await finalParameters(run, 1);
    expect(await finalParameters(run, 2)).toEqual(whole);
    expect(await finalParameters(run, 2, 2)).toEqual(whole);
    expect(await finalParameters((options) => newRun(every.slice(1), options), 1)).not.toEqual(whole);
  });

  it.each([
    ['other numbers', ['asv-dropout:0.3']],
    ['another step', ['cutmix']],
    ['none', []],
  ])('does not go on with %s', async (_, texts) => {
    const directory = newFolder();
    await newRun(['asv-dropout:0.2'], { directory, epochs: 1 }).trainer.run();
    const resumeFrom = await readCheckpoint(`${directory}/last.safetensors`);
    await expect(newRun(texts, { directory, epochs: 2 }).trainer.run({ resumeFrom })).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
      message: expect.stringContaining('augmentation was [{"name":"dropAsvs","rate":0.2}]'),
    });
  });

  it('may be a pre-training', async () => {
    const { store, encoder } = newEncoder();
    const objective = new PretrainingObjective({ store, encoder, distances: jaccardDistances });
    const { history } = await new Trainer(objective, { ...runOptions, training: trainingWith(every) }).run();
    expect(history).toHaveLength(3);
  });

  it('refuses bases that change where each ASV is read once', () => {
    const { store, predictor } = newPredictor();
    const objective = new FineTuningObjective({ store, predictor, targets: targetValues(), freeze: 'asv' });
    const start = (texts: readonly string[]) =>
      new Trainer(objective, { ...runOptions, training: trainingWith(texts) });
    expect(() => start(['base-substitution:0.1'])).toThrow(expect.objectContaining({ code: 'TRAINING_OPTIONS' }));
    expect(() => start(['mixup'])).not.toThrow();
  });
});

describe('mixed targets', () => {
  const { objective } = newRun(['mixup:1']);
  const mixed = augmentedTraining(trainingWith(['mixup:1']), objective);
  const rows = [0, 1, 2, 3];

  it('are in the batches what the model learns, mixed by the shares of the reads', () => {
    const batch = makeBatch(mixed, rows, { epoch: 1 });
    const plain = targetValues().scaled(mixed.sampleIds);
    expect(batch.targets).toHaveLength(3 * rows.length);
    rows.forEach((row, i) => {
      const [value, old, young] = batch.targets!.subarray(3 * i, 3 * i + 3);
      expect(Math.abs(old! + young! - 1) <= 1e-6).toBe(true);
      // A mixture of the sample and one partner: some other sample explains both the number and the class.
      const own = classOf.get(mixed.sampleIds[row]!) === 'old' ? 1 : 0;
      const explained = mixed.sampleIds.some((id, other) => {
        const share = (value! - plain[other]!) / (plain[row]! - plain[other]!);
        const theirs = classOf.get(id) === 'old' ? 1 : 0;
        return (
          other !== row &&
          share >= -1e-6 &&
          share <= 1 + 1e-6 &&
          Math.abs(share * own + (1 - share) * theirs - old!) <= 1e-5
        );
      });
      expect(explained || Math.abs(value! - plain[row]!) <= 1e-6).toBe(true);
    });
    const isMixed = rows.some((row, i) => Math.abs(batch.targets![3 * i]! - plain[row]!) > 1e-3);
    expect(isMixed).toBe(true);
  });

  it('decide the loss', () => {
    const batch = makeBatch(mixed, rows, { epoch: 1 });
    const output = objective.predictor.forward(objective.input(batch));
    const terms = objective.targetTerms(batch, output);
    const numbers = Float64Array.from(rows, (_, i) => batch.targets![3 * i]!);
    const expected = targetLoss({ kind: 'huber' }, output.targetPrediction, numbers, {}).item();
    expect(Math.abs(terms.target!.item() - expected) <= 1e-6).toBe(true);
    const { targets: _targets, ...without } = batch;
    expect(objective.targetTerms(without, output).target!.item()).not.toBe(terms.target!.item());
    expect(objective.targetTerms(without, output)['target:group']!.item()).not.toBe(terms['target:group']!.item());
  });

  it('are left out where no step mixes', () => {
    const dataset = trainingWith(['asv-dropout:0.5']);
    expect(augmentedTraining(dataset, objective)).toBe(dataset);
    expect(makeBatch(dataset, rows).targets).toBeUndefined();
    expect(augment([]).steps).toEqual([]);
  });

  it('of another width than the objective learns are refused', () => {
    const { predictor } = objective;
    const batch = { ...makeBatch(mixed, rows), targets: new Float32Array(5) };
    const output = predictor.forward(objective.input(batch));
    expect(() => objective.targetTerms(batch, output)).toThrow(expect.objectContaining({ code: 'TRAINING_DATA' }));
  });
});
