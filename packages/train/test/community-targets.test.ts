// Distances without a tree as targets: of the counts of each batch, on the scale that a loss learns.
import { augment, type CommunityBatch, dropAsvs, makeBatch, mixCommunities, sampleBatches } from '@seq/data';
import { SequenceEncoder } from '@seq/model';
import { ParameterStore } from '@seq/tensor';
import { type CommunityMetric, communityDistances } from '@seq/unifrac';
import { describe, expect, it } from 'vitest';
import {
  type BatchDistances,
  boundedTargets,
  communityTargets,
  medianDistance,
  PretrainingObjective,
  readCheckpoint,
  Trainer,
} from '../src/index.js';
import { tinyEncoder } from './small-community.js';
import { datasets, newFineTuning, newFolder, runOptions, table } from './training-runs.js';

const featureCount = table.featureIds.length;

type Formula = (a: readonly number[], b: readonly number[]) => number;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const apart = (map: (sample: readonly number[]) => readonly number[]): Formula => {
  return (a, b) => Math.hypot(...map(a).map((value, i) => value - map(b)[i]!));
};
const shares = (sample: readonly number[]): number[] => sample.map((count) => count / sum(sample));
const centred = (sample: readonly number[]): number[] => {
  const logs = sample.map((count) => Math.log(count + 1));
  return logs.map((log) => log - sum(logs) / logs.length);
};
const overlap = (map: (count: number) => number): Formula => {
  return (a, b) =>
    1 - sum(a.map((x, i) => Math.min(map(x), map(b[i]!)))) / sum(a.map((x, i) => Math.max(map(x), map(b[i]!))));
};

/** Distances by their definitions; those with a largest value other than 1 are divided by it. */
const formulas: Readonly<Record<CommunityMetric, Formula>> = {
  brayCurtis: (a, b) => sum(a.map((x, i) => Math.abs(x - b[i]!))) / (sum(a) + sum(b)),
  jaccard: overlap((count) => Number(count > 0)),
  jaccardAbundance: overlap((count) => count),
  aitchison: apart(centred),
  hellinger: (a, b) => apart((sample) => shares(sample).map(Math.sqrt))(a, b) / Math.SQRT2,
  euclideanRelative: (a, b) => apart(shares)(a, b) / Math.SQRT2,
};

/** Counts of every feature in every sample of a batch. */
function rowsOf({ presentOffsets, presentFeatures, presentCounts }: CommunityBatch): number[][] {
  return Array.from({ length: presentOffsets.length - 1 }, (_, sample) => {
    const row = new Array<number>(featureCount).fill(0);
    for (let i = presentOffsets[sample]!; i < presentOffsets[sample + 1]!; i++) {
      row[presentFeatures[i]!] = presentCounts[i]!;
    }
    return row;
  });
}

const augmented = { ...datasets.training, augmentation: augment([dropAsvs({ rate: 0.3 }), mixCommunities()]) };
const metrics = Object.keys(formulas) as CommunityMetric[];

describe('communityTargets', () => {
  it.each(metrics)(
    'gives %s of what the samples of the batch hold after rarefaction and augmentation',
    async (metric) => {
      const targets = communityTargets({ metric, featureCount });
      const seen = new Set<string>();
      for (const [dataset, epoch] of [
        [datasets.training, 0],
        [datasets.training, 1],
        [augmented, 1],
      ] as const) {
        const batch = makeBatch(dataset, [0, 3, 7, 2], { epoch });
        const found = await targets(batch);
        const rows = rowsOf(batch);
        const wanted = rows.flatMap((a, i) => rows.slice(i + 1).map((b) => formulas[metric](a, b)));
        expect(found).toHaveLength(6);
        for (const [pair, want] of wanted.entries()) {
          expect(
            Math.abs(found[pair]! - want) <= 1e-12 * Math.max(1, want),
            `pair ${pair}: ${found[pair]}, ${want}`,
          ).toBe(true);
        }
        seen.add(found.join());
      }
      // Few reads more or less leave the same features present.
      expect(seen.size).toBe(metric === 'jaccard' ? 2 : 3);
    },
  );

  it('are the numbers of @seq/unifrac, with the pseudocount that is given', async () => {
    const batch = makeBatch(datasets.training, [1, 4, 5]);
    const samples = { offsets: batch.presentOffsets, features: batch.presentFeatures, counts: batch.presentCounts };
    for (const pseudocount of [0.5, 1]) {
      const options = { metric: 'aitchison', pseudocount, featureCount } as const;
      expect(await communityTargets(options)(batch)).toEqual(await communityDistances(samples, options));
    }
  });
});

describe('boundedTargets and medianDistance', () => {
  const batches = () => sampleBatches(datasets.training, { samplesPerBatch: 4, shuffle: true, seed: 1 });
  const aitchison = communityTargets({ metric: 'aitchison', featureCount });

  it('bring half of the distances of training below one half, and all below 1', async () => {
    const half = await medianDistance(aitchison, batches());
    const [all, raw]: [number[], number[]] = [[], []];
    for (const batch of batches()) {
      raw.push(...(await aitchison(batch)));
      all.push(...(await boundedTargets(aitchison, half)(batch)));
    }
    expect(half).toBe(raw.slice().sort((a, b) => a - b)[Math.floor(raw.length / 2)]);
    expect(all.filter((distance) => distance < 0.5)).toHaveLength(Math.floor(all.length / 2));
    expect(all.every((distance) => distance > 0 && distance < 1)).toBe(true);
    expect(all[0]).toBe(raw[0]! / (raw[0]! + half));
  });

  it('take distances that are there at once, too', () => {
    const now = boundedTargets(() => Float64Array.of(1, 3), 3);
    expect(now({} as CommunityBatch)).toEqual(Float64Array.of(0.25, 0.5));
  });

  it('refuse halves that are none, and samples without a scale', async () => {
    for (const half of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => boundedTargets(aitchison, half)).toThrow(expect.objectContaining({ code: 'TRAINING_OPTIONS' }));
    }
    const same: BatchDistances = () => new Float64Array(6);
    await expect(medianDistance(same, batches())).rejects.toMatchObject({ code: 'TRAINING_DATA' });
    const alone = sampleBatches(datasets.training, { samplesPerBatch: 1 });
    await expect(medianDistance(aitchison, alone)).rejects.toThrow(/median of 0 distances between 10 samples/);
  });
});

describe('an objective on distances of another thread', () => {
  const newObjective = (distances: BatchDistances) => {
    const store = new ParameterStore({ seed: 3 });
    const encoder = new SequenceEncoder(store.scope(), tinyEncoder);
    return new PretrainingObjective({ store, encoder, distances, nucleotidePenalty: 0 });
  };
  const batch = makeBatch(datasets.training, [0, 1, 2]);

  it('has the losses of the same distances at once, after it prepared the batch, and asks for that', async () => {
    const late = communityTargets({ metric: 'brayCurtis', featureCount });
    const found = await late(batch);
    const objective = newObjective(late);
    expect(() => objective.losses(batch, {})).toThrow(
      expect.objectContaining({ code: 'TRAINING_DATA', message: expect.stringMatching(/await `prepare`/) }),
    );
    await objective.prepare(batch);
    const immediate = newObjective(() => found).losses(batch, {});
    expect(objective.losses(batch, {}).unifrac!.item()).toBe(immediate.unifrac!.item());
  });

  it('refuses distances above 1, which no embedding can reach', async () => {
    const objective = newObjective(communityTargets({ metric: 'aitchison', featureCount }));
    const refusal = {
      code: 'TRAINING_DATA',
      message: expect.stringMatching(/only those from 0 to 1 .* boundedTargets/),
    };
    await expect(objective.prepare(batch)).rejects.toMatchObject(refusal);
    await expect(new Trainer(objective, runOptions).run()).rejects.toMatchObject(refusal);
    expect(() => newObjective(() => Float64Array.of(0.5, 1.5, 0.2)).losses(batch, {})).toThrow(
      expect.objectContaining({ code: 'TRAINING_DATA' }),
    );
  });
});

describe('a run', () => {
  const newRun = (half: number, directory: string) => {
    const store = new ParameterStore({ seed: 3 });
    const encoder = new SequenceEncoder(store.scope(), tinyEncoder);
    const raw = communityTargets({ metric: 'aitchison', featureCount });
    const distances = [{ name: 'aitchison', settings: { half }, distances: boundedTargets(raw, half) }];
    return new Trainer(new PretrainingObjective({ store, encoder, distances }), {
      ...runOptions,
      epochs: 1,
      directory,
    });
  };

  it('goes on only with the distances that it began with', async () => {
    const directory = newFolder();
    const { checkpoints } = await newRun(4, directory).run();
    const resumeFrom = await readCheckpoint(checkpoints!.last);
    await newRun(4, directory).run({ resumeFrom });
    await expect(newRun(5, directory).run({ resumeFrom })).rejects.toThrow(
      /distances was .*"half":4.* and is .*"half":5/,
    );
  });

  it('of fine-tuning learns one beside its target', async () => {
    const distances = communityTargets({ metric: 'brayCurtis', featureCount });
    const { trainer, objective } = newFineTuning(
      {},
      { distances: { name: 'bray_curtis', distances, settings: { metric: 'brayCurtis' } } },
    );
    expect(objective.settings).toMatchObject({ distances: ['bray_curtis', { metric: 'brayCurtis' }] });
    const { history } = await trainer.run();
    expect(history[0]!.training.unifrac).toBeGreaterThan(0);
    expect(history[0]!.validation!.losses.unifrac).toBeGreaterThan(0);
  });
});
