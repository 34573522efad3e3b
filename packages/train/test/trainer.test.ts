import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { CommunityBatch } from '@seq/data';
import { memory, setThreads, threads } from '@seq/tensor';
import { afterEach, describe, expect, it } from 'vitest';
import {
  AsvEmbeddings,
  evaluate,
  FineTuningObjective,
  PretrainingObjective,
  readCheckpoint,
  TargetValues,
  Trainer,
  type TrainingProgress,
} from '../src/index.js';
import {
  jaccardDistances,
  newEncoder,
  newPredictor,
  smallDatasets,
  smallTable,
  tinyEncoder,
} from './small-community.js';
import { datasets, newFineTuning, newFolder, newPretraining, runOptions, targetValues } from './training-runs.js';

const cores = threads();
afterEach(() => setThreads(cores));

describe('pre-training', () => {
  it('brings embedding distances closer to their targets and guesses more hidden bases', async () => {
    const { trainer } = newPretraining({ epochs: 30, learningRate: 5e-3, schedule: { kind: 'constant' } });
    const { history } = await trainer.run();
    const [first, last] = [history[0]!.validation!, history.at(-1)!.validation!];
    expect(last.losses.unifrac!).toBeLessThan(first.losses.unifrac! / 2);
    expect(last.losses.nucleotide!).toBeLessThan(first.losses.nucleotide!);
    expect(last.metrics.nucleotideAccuracy!).toBeGreaterThan(0.3);
    expect(last.losses.total).toBeCloseTo(last.losses.unifrac! + last.losses.nucleotide!, 12);
  });

  it('scores a set in evaluation as training does, where nothing is random and nothing is learned', async () => {
    const { store, encoder } = newEncoder('float64', { ...tinyEncoder, dropout: 0, masking: { fraction: 0 } });
    const objective = new PretrainingObjective({ store, encoder, distances: jaccardDistances });
    const { training } = datasets;
    const options = { training, validation: training, samplesPerBatch: 10, epochs: 1, learningRate: 1e-12 };
    const [record] = (await new Trainer(objective, options).run()).history;
    for (const [term, value] of Object.entries(record!.training)) {
      expect(Math.abs(value - record!.validation!.losses[term as 'total']!) <= 1e-9, term).toBe(true);
    }
  });

  it('scores hidden bases the same way for any size of a batch', async () => {
    const { objective } = newPretraining();
    const scores = async (samplesPerBatch: number) => {
      const embeddings = new AsvEmbeddings(objective.encoder, { dtype: 'float32' });
      const { losses, metrics } = await evaluate(objective, datasets.validation, {
        embeddings,
        seed: 7,
        samplesPerBatch,
      });
      return { nucleotide: losses.nucleotide, accuracy: metrics.nucleotideAccuracy };
    };
    const [whole, cut] = [await scores(5), await scores(2)];
    expect(cut.nucleotide).toBeCloseTo(whole.nucleotide!, 6);
    expect(cut.accuracy).toBe(whole.accuracy);
  });

  it('scores every validation sample', async () => {
    const seen: string[] = [];
    const { store, encoder } = newEncoder();
    const distances = (batch: CommunityBatch) => {
      seen.push(...batch.sampleIds);
      return jaccardDistances(batch);
    };
    const objective = new PretrainingObjective({ store, encoder, distances });
    await new Trainer(objective, { ...runOptions, epochs: 1 }).run();
    expect(seen.slice(10).sort()).toEqual([...datasets.validation.sampleIds].sort());
  });
});

describe('fine-tuning', () => {
  it('learns a target and reports its errors in the unit of the target', async () => {
    const training = datasets.training;
    const { trainer } = newFineTuning({ epochs: 60, learningRate: 1e-2, training, validation: training });
    const { history, best } = await trainer.run();
    const spread = targetValues().transform as { standardDeviation: number };
    expect(history[0]!.validation!.metrics.mae!).toBeGreaterThan(spread.standardDeviation / 3);
    const { validation } = history[best.epoch - 1]!;
    expect(validation!.metrics.mae!).toBeLessThan(spread.standardDeviation / 3);
    expect(validation!.metrics.r2!).toBeGreaterThan(0.8);
    expect(validation!.metrics.countMae!).toBeLessThan(history[0]!.validation!.metrics.countMae!);
  });

  it('adds the terms of pre-training where they are asked for', async () => {
    const { trainer } = newFineTuning(
      { epochs: 1 },
      { distances: jaccardDistances, nucleotidePenalty: 0.5, targetPenalty: 2 },
    );
    const [record] = (await trainer.run()).history;
    for (const losses of [record!.training, record!.validation!.losses]) {
      const { target = 0, count = 0, unifrac = 0, nucleotide = 0, total } = losses;
      expect(Math.min(target, count, unifrac, nucleotide)).toBeGreaterThan(0);
      expect(total).toBeCloseTo(2 * target + count + unifrac + 0.5 * nucleotide, 5);
    }
  });

  it('leaves a frozen part exactly as it was, and trains the rest', async () => {
    const prefixes = { asv: 'base_model.sample_encoder.asv_encoder.', base: 'base_model.' };
    for (const freeze of ['asv', 'base'] as const) {
      const { trainer, store } = newFineTuning({ epochs: 1 }, { freeze });
      const before = new Map(store.names().map((name) => [name, store.read(name)]));
      await trainer.run();
      const changed = store
        .names()
        .filter((name) => store.read(name).some((value, i) => value !== before.get(name)![i]));
      expect(changed.some((name) => name.startsWith(prefixes[freeze]))).toBe(false);
      expect(changed).toContain('target_head.weight');
      if (freeze === 'asv') expect(changed).toContain('base_model.sample_encoder.sample_transformer.norm.weight');
    }
  });

  it('gives a frozen ASV level from the cache the same losses as computing it anew', async () => {
    const config = { base: { ...tinyEncoder, dropout: 0 }, layers: { count: 1, target: 1 } };
    const run = async (freeze: 'none' | 'asv') => {
      const { store, predictor } = newPredictor('float64', config);
      const objective = new FineTuningObjective({ store, predictor, targets: targetValues(), freeze });
      const options = { ...runOptions, epochs: 1, learningRate: 1e-12 };
      return (await new Trainer(objective, options).run()).history[0]!.training;
    };
    const [cached, anew] = [await run('asv'), await run('none')];
    expect(Math.abs(cached.total - anew.total) <= 1e-9).toBe(true);
  });
});

describe('a step', () => {
  it('of several batches equals one of a larger batch, also where batches are left over', async () => {
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
    const [large, small] = [await run(6, 1), await run(2, 3)];
    for (const name of large.names()) {
      const other = small.read(name);
      const largest = Math.max(...Array.from(large.read(name), (value, i) => Math.abs(value - other[i]!)));
      expect(largest <= 1e-7, `${name} differs by ${largest}`).toBe(true);
    }
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

describe('options', () => {
  const refused = (code: string) => expect.objectContaining({ code });

  it('are refused where they are out of range', () => {
    const { objective } = newFineTuning();
    const wrong = [
      { epochs: 0 },
      { learningRate: 0 },
      { samplesPerBatch: 1.5 },
      { batchesPerStep: 0 },
      { patience: 0 },
      { seed: -1 },
    ];
    for (const options of [
      ...wrong,
      { maximumGradientNorm: 0 },
      { stepsPerCheckpoint: 0 },
      { schedule: { kind: 'warmup_cosine', warmupUpdates: -1 } as const },
    ]) {
      expect(() => new Trainer(objective, { ...runOptions, ...options })).toThrow(refused('TRAINING_OPTIONS'));
    }
  });

  it('are refused where they contradict the model', () => {
    const { store, encoder } = newEncoder();
    const distances = jaccardDistances;
    const asv = { store, encoder, distances, freeze: 'asv' } as const;
    expect(() => new PretrainingObjective({ ...asv, nucleotidePenalty: 1 })).toThrow(refused('TRAINING_OPTIONS'));
    const typed = (encoderType: 'weighted' | 'faith_pd') => () =>
      new PretrainingObjective({
        ...newEncoder('float32', { ...tinyEncoder, encoderType }),
        distances: jaccardDistances,
      });
    expect(typed('faith_pd')).toThrow(refused('TRAINING_OPTIONS'));
    expect(typed('weighted')).not.toThrow();
    const headless = newEncoder('float32', { ...tinyEncoder, nucleotideHead: false });
    const wanting = { ...headless, distances, nucleotidePenalty: 1 };
    expect(() => new PretrainingObjective(wanting)).toThrow(refused('TRAINING_OPTIONS'));
    expect(() => newFineTuning({}, { loss: { kind: 'quantile', quantiles: [0.5] } })).toThrow(
      refused('TRAINING_OPTIONS'),
    );
    expect(() => newFineTuning({}, { freeze: 'base', nucleotidePenalty: 1 })).toThrow(refused('TRAINING_OPTIONS'));
  });

  it('are refused where a sample has no target, or validation is over other features', () => {
    const targets = targetValues();
    const { store, predictor } = newPredictor();
    const objective = new FineTuningObjective({ store, predictor, targets });
    const other = smallDatasets(smallTable(20), 10);
    expect(() => new Trainer(objective, { ...runOptions, validation: other.validation })).toThrow(
      refused('TRAINING_DATA'),
    );
  });
});
