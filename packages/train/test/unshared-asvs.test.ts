// Every slot with a copy of its ASV: the same without random numbers, drawn anew for each slot with them.
import { makeBatch } from '@seq/data';
import { noGrad } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { batchToDevice } from '../src/batch-to-device.js';
import { type TrainerOptions, unsharedAsvs } from '../src/index.js';
import { newEncoder, tinyEncoder } from './small-community.js';
import { datasets, finalParameters, newFineTuning, newPretraining } from './training-runs.js';

const shared = makeBatch(datasets.training, [0, 3, 7, 2]);
const unshared = unsharedAsvs(shared);
const lengthOf = ({ asvOffsets }: { readonly asvOffsets: Uint32Array }, asv: number): number =>
  asvOffsets[asv + 1]! - asvOffsets[asv]!;

describe('unsharedAsvs', () => {
  it('has one ASV per slot with the tokens of the shared one, and leaves the rest', () => {
    const slots = shared.slotAsvs.length;
    expect(slots).toBeGreaterThan(shared.asvFeatures.length);
    expect([...unshared.slotAsvs]).toEqual(Array.from({ length: slots }, (_, slot) => slot));
    for (const [slot, asv] of shared.slotAsvs.entries()) {
      const start = unshared.asvOffsets[slot]!;
      const tokens = shared.asvTokens.subarray(shared.asvOffsets[asv], shared.asvOffsets[asv + 1]);
      expect(unshared.asvTokens.subarray(start, start + lengthOf(unshared, slot))).toEqual(tokens);
      expect(unshared.asvFeatures[slot]).toBe(shared.asvFeatures[asv]);
    }
    const { asvTokens: _t, asvOffsets: _o, asvFeatures: _f, asvIds, slotAsvs: _s, ...rest } = unshared;
    expect(shared).toMatchObject(rest);
    expect(new Set(asvIds).size).toBe(slots);
  });

  it('gives a slot an id that depends on sample and feature alone', () => {
    const alone = unsharedAsvs(makeBatch(datasets.training, [7]));
    const start = shared.slotOffsets[2]!;
    expect([...alone.asvIds]).toEqual([...unshared.asvIds.subarray(start, shared.slotOffsets[3])]);
  });

  it('gives the same bits in evaluation, and in training draws for each slot', () => {
    const { encoder } = newEncoder('float64', {
      ...tinyEncoder,
      dropout: 0.3,
      slotPositions: 'none',
      countEmbedding: 'none',
    });
    const level = (batch: typeof shared, training: boolean) =>
      noGrad(() => {
        const { embeddings } = encoder.encodeAsvs(batchToDevice(batch), { training, random: { seed: 1, step: 1 } });
        const width = embeddings.shape[1]!;
        const numbers = embeddings.toTypedArray();
        return Array.from(batch.slotAsvs, (asv) => numbers.slice(width * asv, width * (asv + 1)).join());
      });
    expect(level(unshared, false)).toEqual(level(shared, false));
    expect(new Set(level(shared, true)).size).toBe(shared.asvFeatures.length);
    expect(new Set(level(unshared, true)).size).toBe(shared.slotAsvs.length);
  });
});

describe.each([
  ['pre-training', newPretraining],
  ['fine-tuning', newFineTuning],
] as const)('%s with shareAsvs false', (_, newRun) => {
  it('takes another way, ends with the same bits for 1 and 2 threads, and after an interruption', async () => {
    const run = (options: Partial<TrainerOptions>) => newRun({ shareAsvs: false, ...options });
    const whole = await finalParameters(run, 1);
    expect(await finalParameters(run, 2)).toEqual(whole);
    expect(await finalParameters(run, 2, 2)).toEqual(whole);
    expect(await finalParameters((options) => newRun(options), 1)).not.toEqual(whole);
  });
});

describe('shareAsvs', () => {
  it('cannot be false where each ASV is read once', () => {
    const frozen = () => newFineTuning({ shareAsvs: false }, { freeze: 'base' });
    expect(frozen).toThrow(expect.objectContaining({ code: 'TRAINING_OPTIONS' }));
    expect(() => newPretraining({ shareAsvs: 0 as unknown as boolean })).toThrow(/shareAsvs is 0; give true or false/);
  });
});
