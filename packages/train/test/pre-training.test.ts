import type { CommunityBatch } from '@seq/data';
import { describe, expect, it } from 'vitest';
import { AsvEmbeddings, evaluate, PretrainingObjective, Trainer } from '../src/index.js';
import { jaccardDistances, newEncoder, tinyEncoder } from './small-community.js';
import { datasets, newPretraining, runOptions } from './training-runs.js';

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

  it('comes as close to its targets with factors rounded to bf16 as with those of 32 bits, on another way', async () => {
    const options = { epochs: 30, learningRate: 5e-3, schedule: { kind: 'constant' } } as const;
    const lossesOf = async (precision: 'f32' | 'bf16'): Promise<readonly number[]> => {
      const { history } = await newPretraining({ ...options, precision }).trainer.run();
      return history.map(({ validation }) => validation!.losses.unifrac!);
    };
    const [full, rounded] = [await lossesOf('f32'), await lossesOf('bf16')];
    const [first, last] = [rounded[0]!, rounded.at(-1)!];
    expect(rounded).not.toEqual(full);
    // The first epoch is nearly the same; later ones drift apart as those of two seeds would.
    expect(Math.abs(first - full[0]!)).toBeLessThanOrEqual(0.02 * full[0]!);
    expect(last).toBeLessThan(first / 2);
    expect(Math.abs(last - full.at(-1)!)).toBeLessThanOrEqual(0.2 * full[0]!);
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
