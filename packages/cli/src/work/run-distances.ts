// What communities are compared by in training: UniFrac from the tree, matrices from files, or Faith's PD.
import { applyTargetTransform, type FeatureTable, fitTargetTransform } from '@seq/data';
import type { EncoderType } from '@seq/model';
import { type BatchValues, type DistanceTarget, matrixTargets, unifracTargets } from '@seq/train';
import { createUnifrac, type Phylogeny, readDistanceMatrix, type UnifracMetricOptions } from '@seq/unifrac';
import type { CommandContext } from '../command.js';
import { UsageError } from '../failure.js';
import type { SettingsReader } from '../settings-reader.js';
import type { TrainingSets } from './training-run.js';

/** What an encoder is trained on besides hidden bases. */
export interface RunDistances {
  readonly encoderType: EncoderType;
  readonly distances: readonly DistanceTarget[] | undefined;
  readonly faithPd: BatchValues | undefined;
}

/** What of the inputs the distances come from. */
export interface DistanceInputs {
  readonly tree: Phylogeny | undefined;
  readonly table: FeatureTable;
}

/** Refuses settings that contradict each other; before anything is opened. */
export function checkDistanceSettings(settings: SettingsReader): void {
  const metric = settings.text('unifrac-metric');
  const hasMatrix = settings.textsOrUnset('unifrac-matrix') !== undefined;
  if (!hasMatrix && settings.textOrUnset('tree') === undefined) {
    throw new UsageError('--tree: UniFrac is computed from the tree. Give --tree, or distances with --unifrac-matrix.');
  }
  if (settings.numberOrUnset('alpha') !== undefined && metric !== 'generalized') {
    throw new UsageError('--alpha has no effect without --unifrac-metric generalized. Leave it out, or give both.');
  }
  if (hasMatrix && metric !== 'unifrac') {
    throw new UsageError(
      `--unifrac-metric ${metric} is computed from the tree, --unifrac-matrix is not. Drop one of them.`,
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
  const paths = settings.textsOrUnset('unifrac-matrix');
  if (paths !== undefined) {
    const distances = await matrices(context, paths, [...sets.training.sampleIds, ...sets.validation.sampleIds]);
    return { encoderType: 'unifrac', distances, faithPd: undefined };
  }
  const { featureIds, sampleIds } = inputs.table;
  const unifrac = createUnifrac(inputs.tree!, featureIds, { missing: 'drop', sampleIds });
  const name = settings.text('unifrac-metric');
  if (name === 'faith_pd') {
    const ofBatch: BatchValues = ({ presentOffsets, presentFeatures, presentCounts }) =>
      unifrac.faithPd({ offsets: presentOffsets, features: presentFeatures, counts: presentCounts });
    const { table } = sets.training;
    const known = unifrac.faithPd({
      offsets: table.sampleOffsets,
      features: table.featureIndices,
      counts: table.counts,
    });
    const scale = fitTargetTransform('zscore', known);
    return {
      encoderType: 'faith_pd',
      distances: undefined,
      faithPd: (batch) => applyTargetTransform(scale, ofBatch(batch)),
    };
  }
  const metrics: Readonly<Record<string, UnifracMetricOptions>> = {
    unifrac: { metric: 'unweighted' },
    weighted: { metric: 'weightedNormalized' },
    generalized: { metric: 'generalized', alpha: settings.numberOrUnset('alpha') ?? 0.5 },
  };
  const distances = unifracTargets(unifrac, { featureIds, ...metrics[name] });
  return {
    encoderType: name === 'unifrac' ? 'unifrac' : 'weighted',
    distances: [{ name, distances }],
    faithPd: undefined,
  };
}

/** Distances from files; those of metrics without a largest value come into [0, 1) by their median. */
async function matrices(
  { progress, signal }: CommandContext,
  paths: readonly string[],
  sampleIds: readonly string[],
): Promise<readonly DistanceTarget[]> {
  const targets: DistanceTarget[] = [];
  for (const [i, path] of paths.entries()) {
    const matrix = await readDistanceMatrix(path, { signal });
    const isBounded = matrix.condensed.every((distance) => distance <= 1);
    const half = isBounded ? undefined : median(matrix.condensed);
    if (half !== undefined) {
      progress.note(`${path} has distances above 1; d is learned as d / (d + ${half.toPrecision(4)}), the median`);
    }
    targets.push({ name: `matrix_${i + 1}`, distances: matrixTargets(matrix, sampleIds, { half }) });
  }
  return targets;
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
  if (isOne && settings.text('unifrac-metric') !== 'faith_pd' && distanceScale(settings) !== 'learned') return;
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
