// What communities are compared by in training: UniFrac from the tree, matrices from files, or Faith's PD.
import {
  applyTargetTransform,
  type CommunityBatch,
  fitTargetTransform,
  type SampleDataset,
  sampleBatches,
} from '@seq/data';
import type { EncoderConfigInput } from '@seq/model';
import {
  type BaseTargets,
  type BatchValues,
  type DistanceTarget,
  matrixTargets,
  poolTargets,
  unifracTargets,
} from '@seq/train';
import { createUnifrac, type DistanceMatrix, type Unifrac, type UnifracMetricOptions } from '@seq/unifrac';
import type { CommandContext } from '../command.js';
import { UsageError } from '../failure.js';
import type { SettingsReader } from '../settings-reader.js';
import type { ModelInputs } from './model-inputs.js';
import { taxaOf } from './run-taxa.js';
import type { TrainingSets } from './training-run.js';

const SAMPLES_AT_ONCE = 256;

/** What an encoder is trained on besides hidden bases. */
export interface RunDistances {
  /** What the encoder must be like. */
  readonly encoder: Pick<EncoderConfigInput, 'encoderType' | 'baseOutputWidth'>;
  readonly distances: readonly DistanceTarget[] | undefined;
  readonly baseTargets: BaseTargets;
}

/** Targets for which there is more to learn than distances. */
const withHeads = ['faith_pd', 'taxonomy', 'combined'];

/** What of the inputs the distances come from. */
export type DistanceInputs = Pick<ModelInputs, 'table' | 'sampleIds' | 'featureIds' | 'tree' | 'matrices'>;

/** Refuses settings that contradict each other; before anything is opened. */
export function checkDistanceSettings(settings: SettingsReader): void {
  const metric = settings.text('unifrac-metric');
  const hasMatrix = settings.textsOrUnset('unifrac-matrix') !== undefined;
  const hasTaxa = metric === 'taxonomy' || metric === 'combined';
  if (!hasMatrix && metric !== 'taxonomy' && settings.textOrUnset('tree') === undefined) {
    throw new UsageError('--tree: UniFrac is computed from the tree. Give --tree, or distances with --unifrac-matrix.');
  }
  if (settings.numberOrUnset('alpha') !== undefined && metric !== 'generalized') {
    throw new UsageError('--alpha has no effect without --unifrac-metric generalized. Leave it out, or give both.');
  }
  for (const flag of ['taxonomy', 'taxonomy-rank']) {
    if (hasTaxa || !settings.has(flag)) continue;
    throw new UsageError(`--${flag} has no effect without --unifrac-metric taxonomy or combined. Give both, or none.`);
  }
  if (hasMatrix && metric !== 'unifrac') {
    throw new UsageError(
      `--unifrac-metric ${metric} is computed from the table, --unifrac-matrix is read. Drop one of them.`,
    );
  }
  distanceScale(settings);
}

/** `--distance-scale` as the objectives take it. */
export function distanceScale(settings: SettingsReader): number | 'learned' {
  const text = settings.text('distance-scale');
  if (text === 'learned') return text;
  const scale = Number(text);
  if (scale > 0 && scale < Number.POSITIVE_INFINITY) return scale;
  throw new UsageError(`--distance-scale: ${text} is no number above 0. Give one, or learned.`);
}

/** What the settings name. */
export async function runDistances(
  context: CommandContext,
  inputs: DistanceInputs,
  sets: TrainingSets,
): Promise<RunDistances> {
  const { settings } = context;
  if (inputs.matrices !== undefined) {
    const distances = matrixDistances(context, inputs.matrices, [
      ...sets.training.sampleIds,
      ...sets.validation.sampleIds,
    ]);
    return { encoder: { encoderType: 'unifrac' }, distances, baseTargets: {} };
  }
  const name = settings.text('unifrac-metric');
  if (name === 'taxonomy') {
    const { taxa, values } = await taxaOf(context, inputs.table);
    const encoder = { encoderType: name, baseOutputWidth: taxa.length } as const;
    return { encoder, distances: undefined, baseTargets: { taxonomy: values } };
  }
  const { featureIds, sampleIds } = inputs;
  const unifrac = createUnifrac(inputs.tree!, featureIds, { missing: 'drop', sampleIds });
  if (name === 'faith_pd') {
    const baseTargets = { faith_pd: await faithPdTargets(unifrac, sets) };
    return { encoder: { encoderType: name }, distances: undefined, baseTargets };
  }
  if (name === 'combined') {
    const { taxa, values } = await taxaOf(context, inputs.table);
    const distances = unifracTargets(unifrac, { featureIds, metric: 'unweighted' });
    return {
      encoder: { encoderType: name, baseOutputWidth: taxa.length },
      distances: [{ name: 'unifrac', distances }],
      baseTargets: {
        unifrac: await poolTargets(unifrac, firstReads(sets.training)),
        faith_pd: await faithPdTargets(unifrac, sets),
        taxonomy: values,
      },
    };
  }
  const metrics: Readonly<Record<string, UnifracMetricOptions>> = {
    unifrac: { metric: 'unweighted' },
    weighted: { metric: 'weightedNormalized' },
    generalized: { metric: 'generalized', alpha: settings.numberOrUnset('alpha') ?? 0.5 },
  };
  const distances = unifracTargets(unifrac, { featureIds, ...metrics[name] });
  return {
    encoder: { encoderType: name === 'unifrac' ? 'unifrac' : 'weighted' },
    distances: [{ name, distances }],
    baseTargets: {},
  };
}

/** Faith's PD in standard deviations of the training samples from their mean, both of the reads of the first epoch. */
async function faithPdTargets(unifrac: Unifrac, { training }: TrainingSets): Promise<BatchValues> {
  const ofBatch: BatchValues = ({ presentOffsets, presentFeatures, presentCounts }) =>
    unifrac.faithPd({ offsets: presentOffsets, features: presentFeatures, counts: presentCounts });
  const known = new Float64Array(training.sampleIds.length);
  for await (const batch of firstReads(training)) {
    const found = ofBatch(batch);
    batch.sampleIndices.forEach((index, place) => {
      known[index] = found[place]!;
    });
  }
  const scale = fitTargetTransform('zscore', known);
  return (batch) => applyTargetTransform(scale, ofBatch(batch));
}

/** Every sample once, without what changes it in training. */
function firstReads(dataset: SampleDataset): Iterable<CommunityBatch> | AsyncIterable<CommunityBatch> {
  return sampleBatches({ ...dataset, augmentation: undefined }, { samplesPerBatch: SAMPLES_AT_ONCE });
}

/** Distances from files; those of metrics without a largest value come into [0, 1) by their median. */
function matrixDistances(
  { progress }: CommandContext,
  matrices: ReadonlyMap<string, DistanceMatrix>,
  sampleIds: readonly string[],
): readonly DistanceTarget[] {
  return [...matrices].map(([path, matrix], i) => {
    const isBounded = matrix.condensed.every((distance) => distance <= 1);
    const half = isBounded ? undefined : median(matrix.condensed);
    if (half !== undefined) {
      progress.note(`${path} has distances above 1; d is learned as d / (d + ${half.toPrecision(4)}), the median`);
    }
    return { name: `matrix_${i + 1}`, distances: matrixTargets(matrix, sampleIds, { half }) };
  });
}

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** As {@link checkDistanceSettings}; beside a target there is one distance, of a fixed scale. */
export function checkFineTuningDistances(settings: SettingsReader): void {
  if (settings.textOrUnset('tree') === undefined && settings.textsOrUnset('unifrac-matrix') === undefined) {
    throw new UsageError('--penalty: the UniFrac loss needs the tree; give --tree, or --penalty 0.');
  }
  checkDistanceSettings(settings);
  const isOne = (settings.textsOrUnset('unifrac-matrix')?.length ?? 1) === 1;
  if (isOne && !withHeads.includes(settings.text('unifrac-metric')) && distanceScale(settings) !== 'learned') return;
  throw new UsageError(
    'aam train learns one distance of a fixed scale beside the target. Give one --unifrac-matrix or a metric of UniFrac, ' +
      'and a number as --distance-scale.',
  );
}

/** The one distance of fine-tuning. */
export async function singleDistance(
  context: CommandContext,
  inputs: DistanceInputs,
  sets: TrainingSets,
): Promise<DistanceTarget['distances']> {
  const { distances } = await runDistances(context, inputs, sets);
  return distances![0]!.distances;
}
