// A learning rate of their own for parameters that have to do with categories.
import { CategoricalEncoder } from '@seq/categorical';
import { isCategoricalParameter, SequencePredictor } from '@seq/model';
import { ParameterStore } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { FineTuningObjective, SampleCategories, Trainer, type TrainerOptions } from '../src/index.js';
import { tinyPredictor } from './small-community.js';
import { datasets, finalParameters, newFineTuning, runOptions, table, targetValues } from './training-runs.js';

const columns = new Map([['site', table.sampleIds.map((_, i) => ['gut', 'skin', 'soil'][i % 3]!)]]);
const encoder = CategoricalEncoder.fit(columns);
const categories = new SampleCategories({ encoder, sampleIds: table.sampleIds, columns });

function newRun(options: Partial<TrainerOptions> = {}) {
  const store = new ParameterStore({ seed: 12 });
  const ofModel = { columns: encoder.schema({ embeddingWidth: 3 }), outputScaledBy: ['site'] };
  const predictor = new SequencePredictor(store.scope(), { ...tinyPredictor, categories: ofModel });
  const objective = new FineTuningObjective({ store, predictor, targets: targetValues(), categories });
  return { store, trainer: new Trainer(objective, { ...runOptions, ...options }) };
}

/** How far each parameter moves in one update of plain gradient descent. */
async function moves(options: Partial<TrainerOptions>): Promise<ReadonlyMap<string, readonly number[]>> {
  const whole = { training: { ...datasets.training }, validation: undefined, samplesPerBatch: 10, epochs: 1 };
  const optimiser = { kind: 'sgd', momentum: 0, weightDecay: 0 } as const;
  const { store, trainer } = newRun({ ...whole, optimiser, schedule: { kind: 'constant' }, ...options });
  const before = store.names().map((name) => [name, [...store.read(name)]] as const);
  await trainer.run();
  return new Map(before.map(([name, old]) => [name, old.map((value, i) => store.read(name)[i]! - value)]));
}

describe('categoricalLearningRate', () => {
  it('moves what has to do with categories at its rate, and everything else at the other', async () => {
    const plain = await moves({ learningRate: 2 ** -10 });
    const own = await moves({ learningRate: 2 ** -10, categoricalLearningRate: 2 ** -7 });
    let moved = 0;
    for (const [name, found] of own) {
      const factor = isCategoricalParameter(name) ? 8 : 1;
      for (const [i, move] of plain.get(name)!.entries()) {
        const error = Math.abs(found[i]! - factor * move);
        expect(error <= 1e-6, `${name}: ${found[i]}, ${factor} times ${move}`).toBe(true);
        if (factor === 8 && Math.abs(move) > 1e-5) moved += 1;
      }
    }
    expect(moved).toBeGreaterThan(10);
  });

  it('follows the schedule, and a run with it goes on where it was interrupted, with the same rate only', async () => {
    const run = (options: Partial<TrainerOptions>) => newRun({ categoricalLearningRate: 1e-2, ...options });
    const whole = await finalParameters(run, 1);
    expect(await finalParameters(run, 1, 2)).toEqual(whole);
    expect(await finalParameters((options) => newRun(options), 1)).not.toEqual(whole);
  });

  it('is refused where it is no rate, or there are no categories', () => {
    const refused = (words: RegExp) =>
      expect.objectContaining({ code: 'TRAINING_OPTIONS', message: expect.stringMatching(words) });
    expect(() => newRun({ categoricalLearningRate: 0 })).toThrow(refused(/categoricalLearningRate is 0/));
    expect(() => newFineTuning({ categoricalLearningRate: 1e-3 })).toThrow(refused(/no categories/));
  });
});
