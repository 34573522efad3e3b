import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { memory, setThreads, threads } from '@seq/tensor';
import { afterEach, describe, expect, it } from 'vitest';
import {
  FineTuningObjective,
  PretrainingObjective,
  readCheckpoint,
  TargetValues,
  Trainer,
  type TrainingProgress,
} from '../src/index.js';
import { jaccardDistances, newEncoder, newPredictor, tinyEncoder } from './small-community.js';
import { datasets, newFineTuning, newFolder, newPretraining, runOptions, targetValues } from './training-runs.js';

const cores = threads();
afterEach(() => setThreads(cores));

describe('a step', () => {
  it('of several batches equals one of a larger batch, also where batches are left over or of other sizes', async () => {
    const config = { base: tinyEncoder, layers: { count: 1, target: 1 }, countHead: false };
    const run = async (samplesPerBatch: number, batchesPerStep: number) => {
      const { store, predictor } = newPredictor('float64', config);
      const objective = new FineTuningObjective({ store, predictor, targets: targetValues() });
      await new Trainer(objective, {
        ...runOptions,
        epochs: 2,
        samplesPerBatch,
        batchesPerStep,
        maximumGradientNorm: 0.5,
      }).run();
      return store;
    };
    // Of 10 samples, batches of 3 leave one of a single sample beside a whole one in the last step.
    const large = await run(6, 1);
    for (const small of [await run(2, 3), await run(3, 2)]) {
      for (const name of large.names()) {
        const other = small.read(name);
        const largest = Math.max(...Array.from(large.read(name), (value, i) => Math.abs(value - other[i]!)));
        expect(largest <= 1e-7, `${name} differs by ${largest}`).toBe(true);
      }
    }
  });

  it('moves the parameters by the rate times the norm to which the gradient is shortened', async () => {
    const { store, trainer } = newFineTuning({
      epochs: 1,
      samplesPerBatch: 10,
      learningRate: 0.5,
      schedule: { kind: 'constant' },
      optimiser: { kind: 'sgd', weightDecay: 0 },
      maximumGradientNorm: 0.01,
    });
    const before = store.names().map((name) => store.read(name));
    await trainer.run();
    const changes = store
      .names()
      .flatMap((name, i) => Array.from(store.read(name), (value, j) => value - before[i]![j]!));
    expect(Math.abs(Math.hypot(...changes) - 0.5 * 0.01) <= 1e-6).toBe(true);
  });

  it('starts from no gradient, whatever the one before it had', async () => {
    const moved = async (epochs: number) => {
      const { store, predictor } = newPredictor('float64', { base: { ...tinyEncoder, dropout: 0 }, countHead: false });
      const objective = new FineTuningObjective({ store, predictor, targets: targetValues() });
      const before = store.read('target_head.weight');
      // So slow that the second gradient is about the first.
      const slow = { learningRate: 1e-7, schedule: { kind: 'constant' } } as const;
      const descent = { kind: 'sgd', weightDecay: 0, momentum: 0 } as const;
      await new Trainer(objective, { ...runOptions, ...slow, epochs, samplesPerBatch: 10, optimiser: descent }).run();
      return store.read('target_head.weight').map((value, i) => value - before[i]!);
    };
    const [one, two] = [await moved(1), await moved(2)];
    const away = Math.hypot(...one.map((move, i) => two[i]! - 2 * move));
    expect(Math.hypot(...one)).toBeGreaterThan(1e-8);
    // Other reads are drawn for the second step; a gradient that was kept would be a whole move.
    expect(away / Math.hypot(...one)).toBeLessThan(0.3);
  });

  it('with a loss that is not finite ends the run and changes no parameter', async () => {
    const values = new Map(datasets.training.sampleIds.map((id) => [id, 1e38]));
    const { store, predictor } = newPredictor();
    const objective = new FineTuningObjective({
      store,
      predictor,
      targets: new TargetValues({ column: 'age', values, transform: { kind: 'none' } }),
      loss: { kind: 'mse' },
    });
    const before = store.read('target_head.weight');
    const { training } = datasets;
    const run = new Trainer(objective, { training, epochs: 1 }).run();
    await expect(run).rejects.toMatchObject({ code: 'LOSS_NOT_FINITE', message: expect.stringContaining('update 1') });
    expect(store.read('target_head.weight')).toEqual(before);
  });
});

describe('a run', () => {
  it('ends with the same bits for 1 and 2 threads', async () => {
    const files = [];
    for (const count of [1, 2]) {
      setThreads(count);
      for (const { trainer } of [
        newPretraining({ directory: newFolder() }),
        newFineTuning({ directory: newFolder() }),
      ]) {
        const { checkpoints } = await trainer.run();
        files.push(readFileSync(checkpoints!.last));
      }
    }
    expect(files[0]!.equals(files[2]!)).toBe(true);
    expect(files[1]!.equals(files[3]!)).toBe(true);
  });

  it('ends with other weights for another seed', async () => {
    const weights = async (seed: number) => {
      const { trainer, store } = newFineTuning({ seed, epochs: 1 });
      await trainer.run();
      return store.read('target_head.weight');
    };
    expect(await weights(1)).toEqual(await weights(1));
    expect(await weights(1)).not.toEqual(await weights(2));
  });

  it('stops when its patience is over, and keeps the best epoch', async () => {
    const directory = newFolder();
    const { trainer } = newFineTuning({
      directory,
      epochs: 50,
      patience: 2,
      learningRate: 0.3,
      schedule: { kind: 'constant' },
    });
    const { history, best, endedBy, checkpoints } = await trainer.run();
    expect(endedBy).toBe('patience');
    expect(history).toHaveLength(best.epoch + 2);
    expect(best.value).toBe(Math.min(...history.map(({ validation }) => validation!.losses.total)));
    const checkpoint = await readCheckpoint(checkpoints!.best);
    expect(checkpoint.training!.state.epoch).toBe(best.epoch);
    expect((await readdir(directory)).sort()).toEqual(['best.safetensors', 'last.safetensors']);
  });

  it('takes the best epoch by R2 upwards', async () => {
    const { trainer } = newFineTuning({ epochs: 6, bestMetric: 'r2' });
    const { history, best } = await trainer.run();
    expect(best.value).toBe(Math.max(...history.map(({ validation }) => validation!.metrics.r2!)));
  });

  it('tells every step, validation batch and epoch, and once that it is finished', async () => {
    const seen: TrainingProgress[] = [];
    let clock = 0;
    const { trainer } = newFineTuning({ epochs: 2 });
    await trainer.run({ onProgress: (progress) => seen.push(progress), now: () => (clock += 1000) });
    expect(seen.map(({ phase, epoch, step }) => `${phase} ${epoch}.${step}`)).toEqual(
      [1, 2]
        .flatMap((epoch) => [
          ...[1, 2, 3].map((step) => `training ${epoch}.${step}`),
          ...[1, 2].map((step) => `validation ${epoch}.${step}`),
          `epoch ${epoch}.3`,
        ])
        .concat('finished 2.3'),
    );
    expect(seen.every(({ samplesPerSecond }) => samplesPerSecond > 0)).toBe(true);
    expect(seen[0]!.secondsLeft).toBeGreaterThan(0);
    expect(seen.at(-1)!.secondsLeft).toBe(0);
    expect(seen[5]!.validation!.metrics.mae).toBeGreaterThan(0);
  });

  it('lets other work of the process go on between steps', async () => {
    let turns = 0;
    const count = () => {
      turns += 1;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    await newFineTuning({ epochs: 1 }).trainer.run();
    clearImmediate(timer);
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  it('leaves no tensor behind', async () => {
    const { trainer } = newFineTuning({ epochs: 1 }, { distances: jaccardDistances, nucleotidePenalty: 1 });
    const before = memory().liveTensors;
    await trainer.run();
    expect(memory().liveTensors).toBe(before);
  });

  it('takes batches of one sample, which have no distances', async () => {
    const { store, encoder } = newEncoder();
    const objective = new PretrainingObjective({ store, encoder, distances: jaccardDistances, nucleotidePenalty: 0 });
    const { history } = await new Trainer(objective, { ...runOptions, samplesPerBatch: 3, epochs: 1 }).run();
    expect(history[0]!.training.total).toBeGreaterThan(0);
  });

  it('ends with the error of a throwing callback', async () => {
    const stop = new Error('enough');
    const run = newFineTuning().trainer.run({
      onProgress: () => {
        throw stop;
      },
    });
    await expect(run).rejects.toBe(stop);
  });

  it('without validation samples lets the training loss decide', async () => {
    const { store, predictor } = newPredictor();
    const objective = new FineTuningObjective({ store, predictor, targets: targetValues() });
    const { training } = datasets;
    const { history, best } = await new Trainer(objective, { training, epochs: 3 }).run();
    expect(history.every(({ validation }) => validation === null)).toBe(true);
    expect(best.value).toBe(Math.min(...history.map((record) => record.training.total)));
    expect(() => new Trainer(objective, { training, bestMetric: 'mae' })).toThrow(
      expect.objectContaining({ code: 'TRAINING_OPTIONS' }),
    );
  });

  it('works with every optimiser and schedule', async () => {
    for (const kind of ['adamw', 'adam', 'sgd'] as const) {
      const { history } = await newFineTuning({ epochs: 2, optimiser: { kind } }).trainer.run();
      expect(history).toHaveLength(2);
    }
    for (const kind of ['constant', 'cosine', 'cosine_restarts', 'plateau', 'onecycle'] as const) {
      const { history } = await newFineTuning({ epochs: 2, schedule: { kind } }).trainer.run();
      expect(history.every(({ learningRate }) => learningRate >= 0 && learningRate <= 3e-3)).toBe(true);
    }
  });
});
