// Fine-tuning on classes, on several targets, with categories, and with learned weights of the terms.
import { CategoricalEncoder } from '@seq/categorical';
import { type CommunityBatch, fitClassLabels, makeBatch } from '@seq/data';
import { SequencePredictor } from '@seq/model';
import { ParameterStore, setThreads, threads } from '@seq/tensor';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ClassTarget,
  FineTuningObjective,
  type FineTuningObjectiveOptions,
  modelFromCheckpoint,
  predict,
  readCheckpoint,
  SampleCategories,
  Trainer,
  type TrainerOptions,
} from '../src/index.js';
import { sequences, smallTargets, tinyPredictor } from './small-community.js';
import { datasets, finalParameters, newFolder, runOptions, table, targetValues } from './training-runs.js';

const cores = threads();
afterEach(() => setThreads(cores));

/** Young and old by the median of the small target. */
const ages = smallTargets(table);
const median = [...ages.values()].sort((a, b) => a - b)[7]!;
const classOf = new Map([...ages].map(([id, age]) => [id, age < median ? 'young' : 'old']));
const classes = new ClassTarget({
  column: 'group',
  values: classOf,
  labels: fitClassLabels(datasets.training.sampleIds.map((id) => classOf.get(id)!)),
});
const columns = new Map([
  ['site', table.sampleIds.map((_, i) => ['gut', 'skin', null][i % 3]!)],
  ['__proto__', table.sampleIds.map((_, i) => (i % 2 === 0 ? 'a' : 'b'))],
]);
const encoder = CategoricalEncoder.fit(columns);
const categories = new SampleCategories({ encoder, sampleIds: table.sampleIds, columns });

type Kind = 'class' | 'several' | 'categories' | 'learned';

/** A new run of a kind, from the same seed. */
function newRun(kind: Kind, options: Partial<TrainerOptions> = {}) {
  const store = new ParameterStore({ seed: 12 });
  const config = {
    class: { outputWidth: 2, outputActivation: 'logSoftmax' as const },
    several: { moreTargets: [{ name: 'group', outputWidth: 2, outputActivation: 'logSoftmax' as const }] },
    categories: { categories: { columns: encoder.schema({ embeddingWidth: 3 }), fusion: { kind: 'gmu' as const } } },
    learned: {},
  }[kind];
  const predictor = new SequencePredictor(store.scope(), { ...tinyPredictor, ...config });
  const own: Record<Kind, Omit<FineTuningObjectiveOptions, 'store' | 'predictor'>> = {
    class: { targets: classes },
    several: { targets: targetValues(), moreTargets: new Map([['group', { targets: classes, penalty: 0.5 }]]) },
    categories: { targets: targetValues(), categories },
    learned: { targets: targetValues(), weighting: 'learned', nucleotidePenalty: 1 },
  };
  const objective = new FineTuningObjective({ store, predictor, ...own[kind] });
  return { store, predictor, objective, trainer: new Trainer(objective, { ...runOptions, ...options }) };
}

function firstBatch(): CommunityBatch {
  return makeBatch(datasets.training, [0, 1, 2, 3]);
}

const kinds: readonly Kind[] = ['class', 'several', 'categories', 'learned'];

describe.each(kinds)('a run with %s', (kind) => {
  it('ends with the same bits for 1 and 2 threads, and after it was interrupted and went on', async () => {
    const run = (options: Partial<TrainerOptions>) => newRun(kind, options);
    const whole = await finalParameters(run, 1);
    expect(await finalParameters(run, 2)).toEqual(whole);
    expect(await finalParameters(run, 2, 2)).toEqual(whole);
  });

  it('predicts from its checkpoint what the model says', async () => {
    const { trainer } = newRun(kind, { directory: newFolder(), epochs: 1 });
    const { checkpoints } = await trainer.run();
    const checkpoint = await readCheckpoint(checkpoints!.best);
    const given = kind === 'categories' ? { categories: columns } : {};
    const found = await predict(checkpoint, { table, sequences, ...given });
    expect(found.predicted).toHaveLength(15);
    expect(found.predicted.every(Number.isFinite)).toBe(true);
    const classified = { class: found, several: found.more.group }[kind as 'class' | 'several'];
    if (classified !== undefined) {
      expect(classified.classes.map(({ name }) => name)).toEqual(['old', 'young']);
      const [old, young] = classified.classes.map(({ values }) => values);
      for (const [i, index] of classified.predicted.entries()) {
        expect(old![i]! + young![i]!).toBeCloseTo(1, 5);
        expect(index).toBe(young![i]! > old![i]! ? 1 : 0);
      }
    }
    if (kind === 'learned') expect(modelFromCheckpoint(checkpoint).store.names().join()).not.toContain('objective');
  });
});

describe('classes', () => {
  it('are learned, and scored by accuracy, F1 and the area under the curve', async () => {
    const training = datasets.training;
    const { trainer } = newRun('class', {
      epochs: 40,
      learningRate: 1e-2,
      validation: training,
      bestMetric: 'accuracy',
    });
    const { history, best } = await trainer.run();
    const { metrics } = history[best.epoch - 1]!.validation!;
    expect(metrics.accuracy).toBeGreaterThan(0.85);
    expect(metrics.auc).toBeGreaterThan(0.85);
    expect(metrics.f1).toBeGreaterThan(0.85);
  });

  it('that training did not have are refused by name', () => {
    const labels = { classes: ['middle', 'young'] };
    const target = new ClassTarget({ column: 'group', values: classOf, labels });
    const refused = expect.objectContaining({
      code: 'TRAINING_DATA',
      message: expect.stringMatching(/no class of "group" that is known .*with "old"; known: middle, young/),
    });
    expect(() => target.check(datasets.training.sampleIds)).toThrow(refused);
  });

  it('need one weight each', () => {
    const make = (classWeights: readonly number[]) => () =>
      new ClassTarget({ column: 'group', values: classOf, labels: { classes: ['old', 'young'] }, classWeights });
    for (const weights of [[1], [1, 2, 3], [1, -1], [1, Number.NaN]]) {
      expect(make(weights)).toThrow(expect.objectContaining({ code: 'TRAINING_OPTIONS' }));
    }
  });
});

describe('categories', () => {
  it('change predictions, and their absence or unknown values are told', async () => {
    const { trainer } = newRun('categories', { directory: newFolder(), epochs: 2, learningRate: 1e-2 });
    const checkpoint = await readCheckpoint((await trainer.run()).checkpoints!.best);
    const changed = new Map([...columns, ['site', table.sampleIds.map(() => 'sea')]]);
    const [known, unknown] = await Promise.all(
      [columns, changed].map((given) => predict(checkpoint, { table, sequences, categories: given })),
    );
    expect(unknown!.predicted).not.toEqual(known!.predicted);
    const report = (found: typeof known) => found!.unseen.map(({ name, unseenCount }) => [name, unseenCount]);
    expect(report(known)).toEqual([
      ['__proto__', 0],
      ['site', 0],
    ]);
    expect(report(unknown)).toContainEqual(['site', 15]);
    await expect(predict(checkpoint, { table, sequences })).rejects.toMatchObject({
      code: 'TRAINING_DATA',
      message: expect.stringContaining('"__proto__", "site"'),
    });
  });
});

describe('learned weights', () => {
  it('follow the terms: the one with the smaller loss weighs more in the end', async () => {
    const { trainer, objective } = newRun('learned', { epochs: 30, learningRate: 2e-2 });
    const { history } = await trainer.run();
    const { target = 0, count = 0 } = history.at(-1)!.training;
    const weights = objective.learnedWeights!.weights();
    expect(count).toBeLessThan(target);
    expect(weights.count!).toBeGreaterThan(weights.target!);
    expect(weights.nucleotide).toBeDefined();
  });

  it('add up as in the paper', () => {
    const { objective, store } = newRun('learned');
    const terms = objective.losses(firstBatch(), {});
    store.write('objective.log_variance.target', Float32Array.of(0.5));
    store.write('objective.log_variance.count', Float32Array.of(-1));
    const [target, count, nucleotide] = ['target', 'count', 'nucleotide'].map((name) => terms[name]!.item());
    const want = target! * Math.exp(-0.5) * 0.5 + 0.25 + count! * Math.exp(1) * 0.5 - 0.5 + nucleotide!;
    expect(objective.total(terms).item()).toBeCloseTo(want, 4);
  });
});

describe('contradictions', () => {
  const make = (own: Partial<FineTuningObjectiveOptions>, config = {}) => {
    const store = new ParameterStore({ seed: 1 });
    const predictor = new SequencePredictor(store.scope(), { ...tinyPredictor, ...config });
    return () => new FineTuningObjective({ store, predictor, targets: targetValues(), ...own });
  };
  it.each([
    ['a class for a number', make({ targets: classes }), /set it to logSoftmax/],
    ['a loss for classes', make({ targets: classes, loss: { kind: 'mae' } }), /leave the loss out/],
    ['categories for none', make({ categories }), /no categories, the samples/],
    ['a target without output', make({ moreTargets: new Map([['x', { targets: classes }]]) }), /no output "x"/],
    ['an output without target', make({}, { moreTargets: [{ name: 'y' }] }), /output "y": it has no target/],
  ])('%s is refused', (_, run, words) => {
    expect(run).toThrow(expect.objectContaining({ code: 'TRAINING_OPTIONS', message: expect.stringMatching(words) }));
  });
});
