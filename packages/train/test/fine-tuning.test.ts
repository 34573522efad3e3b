import { makeBatch } from '@seq/data';
import { describe, expect, it } from 'vitest';
import { batchToDevice, FineTuningObjective, Trainer, unifracLoss } from '../src/index.js';
import { jaccardDistances, newPredictor, tinyEncoder } from './small-community.js';
import { datasets, newFineTuning, runOptions, targetValues } from './training-runs.js';

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

  it('compares distances on the scale that is asked for', () => {
    const batch = makeBatch(datasets.training, [0, 1, 2]);
    const ofScale = (distanceScale?: number) => {
      const { objective, predictor } = newFineTuning({}, { distances: jaccardDistances, distanceScale });
      const { embeddings } = predictor.forward(batchToDevice(batch));
      const wanted = unifracLoss(embeddings, jaccardDistances(batch), { scale: distanceScale ?? 10 }).item();
      expect(objective.losses(batch, {}).unifrac!.item()).toBe(wanted);
      return wanted;
    };
    expect(new Set([ofScale(), ofScale(10), ofScale(4)]).size).toBe(2);
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
