// Pre-training on other distances, several at once, and on what base heads say.
import { type CommunityBatch, createCommunityDataset, makeBatch } from '@seq/data';
import { SequenceEncoder } from '@seq/model';
import { ParameterStore, setThreads, threads } from '@seq/tensor';
import { communityMatrix, createUnifrac, DistanceMatrix, parseNewick, unifracMatrix } from '@seq/unifrac';
import { afterEach, describe, expect, it } from 'vitest';
import {
  boundedTargets,
  communityTargets,
  matrixTargets,
  PretrainingObjective,
  type PretrainingObjectiveOptions,
  Trainer,
  type TrainerOptions,
  unifracTargets,
} from '../src/index.js';
import { jaccardDistances, sequences, tinyEncoder } from './small-community.js';
import { datasets, finalParameters, runOptions, table } from './training-runs.js';

const cores = threads();
afterEach(() => setThreads(cores));

const tips = table.featureIds.map((id, i) => `${id}:0.${1 + (i % 7)}`);
const tree = parseNewick(`(${tips.slice(1).reduce((clade, tip) => `(${clade},${tip}):0.2`, tips[0])});`);
const brayCurtis = await communityMatrix(table, { metric: 'brayCurtis' });
const aitchison = await communityMatrix(table, { metric: 'aitchison' });
const featureCount = table.featureIds.length;
const readsOf = ({ sampleReads, presentOffsets }: CommunityBatch): Float64Array =>
  Float64Array.from(sampleReads, (_, i) => (presentOffsets[i + 1]! - presentOffsets[i]!) / 14);
const halves = ({ presentOffsets, presentFeatures, presentCounts, sampleReads }: CommunityBatch): Float64Array =>
  Float64Array.from({ length: 2 * sampleReads.length }, (_, at) => {
    const [sample, half] = [Math.floor(at / 2), at % 2];
    let sum = 0;
    for (let i = presentOffsets[sample]!; i < presentOffsets[sample + 1]!; i++) {
      if (presentFeatures[i]! % 2 === half) sum += presentCounts[i]!;
    }
    return sum / sampleReads[sample]!;
  });

type Options = Omit<PretrainingObjectiveOptions, 'store' | 'encoder'>;
const kinds = {
  weighted: [{ encoderType: 'weighted' }, { distances: matrixTargets(brayCurtis, table.sampleIds) }],
  several: [
    {},
    {
      distances: [
        { name: 'jaccard', distances: jaccardDistances },
        { name: 'bray-curtis', distances: matrixTargets(brayCurtis, table.sampleIds), penalty: 2 },
        { name: 'aitchison', distances: matrixTargets(aitchison, table.sampleIds, { half: 5 }) },
      ],
      distanceScale: 'learned',
      weighting: 'learned',
    },
  ],
  computed: [
    {},
    {
      distances: [
        { name: 'bray-curtis', distances: communityTargets({ metric: 'brayCurtis', featureCount }) },
        { name: 'jaccard', distances: communityTargets({ metric: 'jaccard', featureCount }) },
        { name: 'jaccard-abundance', distances: communityTargets({ metric: 'jaccardAbundance', featureCount }) },
        { name: 'aitchison', distances: boundedTargets(communityTargets({ metric: 'aitchison', featureCount }), 5) },
      ],
    },
  ],
  faith_pd: [{ encoderType: 'faith_pd' }, { baseTargets: { faith_pd: readsOf } }],
  taxonomy: [{ encoderType: 'taxonomy', baseOutputWidth: 2 }, { baseTargets: { taxonomy: halves } }],
  combined: [
    { encoderType: 'combined', baseOutputWidth: 2 },
    { distances: jaccardDistances, baseTargets: { unifrac: halves, faith_pd: readsOf, taxonomy: halves } },
  ],
} as const satisfies Record<string, readonly [object, Options]>;

/** A new run of a kind, from the same seed. */
function newRun(kind: keyof typeof kinds, options: Partial<TrainerOptions> = {}) {
  const [config, own] = kinds[kind];
  const store = new ParameterStore({ seed: 3 });
  const encoder = new SequenceEncoder(store.scope(), { ...tinyEncoder, ...config });
  const objective = new PretrainingObjective({ store, encoder, ...own });
  return { store, encoder, objective, trainer: new Trainer(objective, { ...runOptions, ...options }) };
}

describe.each(Object.keys(kinds) as (keyof typeof kinds)[])('pre-training of kind %s', (kind) => {
  it('learns what it is told, in evaluation, too', async () => {
    const { training } = datasets;
    const { trainer } = newRun(kind, {
      epochs: 25,
      learningRate: 5e-3,
      validation: training,
      schedule: { kind: 'constant' },
    });
    const { history } = await trainer.run();
    const [first, last] = [history[0]!.validation!, history.at(-1)!.validation!];
    for (const term of ['unifrac', 'base'] as const) {
      if (first.losses[term] !== undefined) expect(last.losses[term]!).toBeLessThan(first.losses[term] * 0.8);
    }
    expect(last.metrics.mae!).toBeLessThan(first.metrics.mae!);
  });

  it('ends with the same bits for 1 and 2 threads, and after it was interrupted and went on', async () => {
    const run = (options: Partial<TrainerOptions>) => newRun(kind, options);
    const whole = await finalParameters(run, 1);
    expect(await finalParameters(run, 2)).toEqual(whole);
    expect(await finalParameters(run, 2, 2)).toEqual(whole);
  });
});

describe('unifracTargets', () => {
  it.each([
    [{ metric: 'weightedNormalized' }],
    [{ metric: 'generalized', alpha: 0.5 }],
    [{ metric: 'unweighted' }],
  ] as const)('gives %j of what the samples hold after rarefaction', async (metric) => {
    using unifrac = createUnifrac(tree, table.featureIds);
    const batch = makeBatch(datasets.training, [0, 3, 7], { epoch: 2 });
    const found = unifracTargets(unifrac, { featureIds: table.featureIds, ...metric })(batch);
    const rarefied = {
      offsets: batch.presentOffsets,
      features: batch.presentFeatures,
      counts: batch.presentCounts,
    };
    expect(batch.presentCounts.reduce((sum, count) => sum + count, 0)).toBe(3 * 60);
    expect([...found]).toEqual([...unifrac.distances(rarefied, metric)]);
  });
});

describe('matrixTargets', () => {
  it('finds the distances of a batch by the ids of its samples', async () => {
    const matrix = await unifracMatrix(table, tree);
    const batch = makeBatch(datasets.training, [7, 0, 3]);
    const [a, b, c] = batch.sampleIds.map((id) => matrix.ids.indexOf(id)) as [number, number, number];
    const found = matrixTargets(matrix, table.sampleIds)(batch);
    expect([...found]).toEqual([matrix.get(a, b), matrix.get(a, c), matrix.get(b, c)]);
    const halved = matrixTargets(matrix, table.sampleIds, { half: 0.5 })(batch);
    expect(halved[0]).toBe(found[0]! / (found[0]! + 0.5));
  });

  it('refuses samples that the matrix has not, and distances above 1', () => {
    const matrix = new DistanceMatrix(['s0', 's1'], Float64Array.of(3));
    const refused = (words: RegExp) => expect.objectContaining({ message: expect.stringMatching(words) });
    expect(() => matrixTargets(matrix, ['s0', 's7', 's9'])).toThrow(refused(/2 of 3 samples .*first: s7, s9/));
    expect(() => matrixTargets(matrix, ['s0'])).toThrow(refused(/up to 3 are above 1; give half/));
    expect(() => matrixTargets(matrix, ['s0'], { half: 0 })).toThrow(refused(/half is 0/));
  });
});

describe('the validation of several distances', () => {
  it('weighs the mean squared error of each by its penalty, and reports the errors of all pairs alike', async () => {
    const scoresAt = async (ofZero: number, ofJaccard: number) => {
      const store = new ParameterStore({ seed: 3 });
      const encoder = new SequenceEncoder(store.scope(), tinyEncoder);
      const distances = [
        { name: 'zero', distances: () => new Float64Array(6), penalty: ofZero },
        { name: 'jaccard', distances: jaccardDistances, penalty: ofJaccard },
      ];
      const objective = new PretrainingObjective({ store, encoder, distances, nucleotidePenalty: 0 });
      const four = createCommunityDataset(table, { sequences, sampleIds: table.sampleIds.slice(0, 4) });
      const trainer = new Trainer(objective, { training: four, validation: four, epochs: 1, learningRate: 1e-12 });
      return (await trainer.run()).history[0]!.validation!;
    };
    const near = (found: number, wanted: number): void =>
      expect(Math.abs(found - wanted) <= 1e-6 * wanted, `${found}, ${wanted}`).toBe(true);
    const [even, first, second] = [await scoresAt(1, 1), await scoresAt(3, 1), await scoresAt(1, 3)];
    near(even.losses.unifrac!, 2 * even.metrics.mse!);
    near(first.losses.unifrac! + second.losses.unifrac!, 4 * even.losses.unifrac!);
    for (const { losses, metrics } of [first, second]) {
      expect(losses.unifrac!).toBeGreaterThan(1.01 * even.losses.unifrac!);
      near(metrics.mse!, even.metrics.mse!);
    }
  });
});

describe('contradictions', () => {
  const make = (config: object, own: Options) => () => {
    const store = new ParameterStore({ seed: 3 });
    return new PretrainingObjective({
      store,
      encoder: new SequenceEncoder(store.scope(), { ...tinyEncoder, ...config }),
      ...own,
    });
  };
  const twice = [0, 1].map(() => ({ name: 'a', distances: jaccardDistances }));
  it.each([
    ['no distances', make({}, {}), /has no distances/],
    ['distances without use', make({ encoderType: 'faith_pd' }, { distances: jaccardDistances }), /take type unifrac/],
    ['a head without targets', make({ encoderType: 'faith_pd' }, {}), /base head faith_pd .* has no targets/],
    [
      'targets without head',
      make({}, { distances: jaccardDistances, baseTargets: { taxonomy: halves } }),
      /no base head taxonomy/,
    ],
    ['one name twice', make({}, { distances: twice }), /"a" is used twice/],
    ['an empty list', make({}, { distances: [] }), /no distances are given|has no distances/],
    ['a scale of 0', make({}, { distances: jaccardDistances, distanceScale: 0 }), /the scale is 0/],
  ])('%s is refused', (_, run, words) => {
    expect(run).toThrow(expect.objectContaining({ code: 'TRAINING_OPTIONS', message: expect.stringMatching(words) }));
  });
});
