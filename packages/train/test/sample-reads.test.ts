// Which reads samples are learned from where bases are hidden: those with hidden bases, or whole ones.
import { makeBatch } from '@seq/data';
import { SequenceEncoder } from '@seq/model';
import { ParameterStore } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { PretrainingObjective, type PretrainingObjectiveOptions, Trainer, type TrainerOptions } from '../src/index.js';
import { jaccardDistances, tinyEncoder } from './small-community.js';
import { datasets, finalParameters, runOptions } from './training-runs.js';

type Own = Pick<PretrainingObjectiveOptions, 'sampleReads' | 'nucleotidePenalty'>;

function newRun(own: Own, options: Partial<TrainerOptions> = {}) {
  const store = new ParameterStore({ seed: 3 });
  const masking = { strategy: 'random', fraction: 0.4 } as const;
  const encoder = new SequenceEncoder(store.scope(), { ...tinyEncoder, masking });
  const objective = new PretrainingObjective({ store, encoder, distances: jaccardDistances, ...own });
  return { store, objective, trainer: new Trainer(objective, { ...runOptions, ...options }) };
}

describe('sampleReads', () => {
  it('whole learns samples as if no base was hidden, and bases as if samples were learned from the same reads', () => {
    const batch = makeBatch(datasets.training, [0, 1, 2, 3]);
    const lossesOf = (own: Own) => {
      const terms = newRun(own).objective.losses(batch, { training: true, random: { seed: 5, step: 2 } });
      return Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, term.item()]));
    };
    const [hidden, whole] = [lossesOf({}), lossesOf({ sampleReads: 'whole' })];
    const unmasked = lossesOf({ nucleotidePenalty: 0 });
    expect(whole.unifrac).toBe(unmasked.unifrac);
    expect(whole.nucleotide).toBe(hidden.nucleotide);
    expect(whole.unifrac).not.toBe(hidden.unifrac);
    expect(lossesOf({ sampleReads: 'whole', nucleotidePenalty: 0 })).toEqual(unmasked);
    expect(lossesOf({ sampleReads: 'hidden' })).toEqual(hidden);
  });

  it('whole ends with the same bits for 1 and 2 threads, and after an interruption, and is part of the record', async () => {
    const run = (options: Partial<TrainerOptions>) => newRun({ sampleReads: 'whole' }, options);
    const whole = await finalParameters(run, 1);
    expect(await finalParameters(run, 2)).toEqual(whole);
    expect(await finalParameters(run, 2, 2)).toEqual(whole);
    expect(await finalParameters((options) => newRun({}, options), 1)).not.toEqual(whole);
    expect(newRun({ sampleReads: 'whole' }).objective.settings).toMatchObject({ sampleReads: 'whole' });
  });
});
