import { describe, expect, it } from 'vitest';
import { FineTuningObjective, PretrainingObjective, Trainer } from '../src/index.js';
import {
  jaccardDistances,
  newEncoder,
  newPredictor,
  smallDatasets,
  smallTable,
  tinyEncoder,
} from './small-community.js';
import { newFineTuning, runOptions, targetValues } from './training-runs.js';

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
      { precision: 'f16' as 'bf16' },
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
    const behind = new PretrainingObjective({
      ...newEncoder('float32', { ...tinyEncoder, normPlacement: 'post' }),
      distances,
    });
    expect(() => new Trainer(behind, { ...runOptions, precision: 'bf16' })).toThrow(refused('TRAINING_OPTIONS'));
    expect(() => new Trainer(behind, runOptions)).not.toThrow();
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
