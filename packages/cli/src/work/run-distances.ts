// What an encoder learns of communities: distances that are computed or read, Faith's PD, taxa.
import {
  applyTargetTransform,
  type CommunityBatch,
  fitTargetTransform,
  type SampleDataset,
  sampleBatches,
  withoutAugmentation,
} from '@seq/data';
import type { EncoderConfigInput } from '@seq/model';
import {
  type BaseTargets,
  type BatchValues,
  type DistanceTarget,
  matrixTargets,
  medianOf,
  poolTargets,
  unifracTargets,
} from '@seq/train';
import { createUnifrac, type DistanceMatrix, type Unifrac } from '@seq/unifrac';
import type { CommandContext } from '../command.js';
import { UsageError } from '../failure.js';
import type { SettingsReader } from '../settings-reader.js';
import { isOfTree, isUnifrac, metricTargets } from './metric-targets.js';
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

/** The names of `--unifrac-metric`. */
function metricsOf(settings: SettingsReader): readonly string[] {
  return settings.textsOrUnset('unifrac-metric') ?? [];
}

/** Refuses settings that contradict each other; before anything is opened. */
export function checkDistanceSettings(settings: SettingsReader): void {
  const metrics = metricsOf(settings);
  const given = metrics.join(',');
  const hasMatrix = settings.textsOrUnset('unifrac-matrix') !== undefined;
  const hasTaxa = metrics.includes('taxonomy') || metrics.includes('combined');
  const repeated = metrics.find((name, i) => metrics.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw new UsageError(`--unifrac-metric: ${given} names ${repeated} twice. Name every distance once.`);
  }
  const withHead = metrics.find((name) => withHeads.includes(name));
  if (withHead !== undefined && metrics.length > 1) {
    throw new UsageError(
      `--unifrac-metric: ${given} was asked, and ${withHead} is learned alone. Drop it or the others.`,
    );
  }
  if (!hasMatrix && metrics.some(isOfTree) && settings.textOrUnset('tree') === undefined) {
    throw new UsageError(
      '--tree: UniFrac is computed from the tree. Give --tree, or distances without one, such as --unifrac-metric bray_curtis, ' +
        'or those of a file with --unifrac-matrix.',
    );
  }
  const onlyWith: readonly (readonly [string, string])[] = [
    ['alpha', 'generalized'],
    ['pseudocount', 'aitchison'],
  ];
  for (const [flag, metric] of onlyWith) {
    if (!settings.has(flag) || metrics.includes(metric)) continue;
    throw new UsageError(`--${flag} has no effect without --unifrac-metric ${metric}. Leave it out, or give both.`);
  }
  if (settings.switch('variance-adjusted') && (hasMatrix || !metrics.some(isUnifrac))) {
    throw new UsageError('--variance-adjusted is about UniFrac that is computed, and none is. Leave it out.');
  }
  for (const flag of ['taxonomy', 'taxonomy-rank']) {
    if (hasTaxa || !settings.has(flag)) continue;
    throw new UsageError(`--${flag} has no effect without --unifrac-metric taxonomy or combined. Give both, or none.`);
  }
  if (hasMatrix && given !== 'unifrac') {
    throw new UsageError(
      `--unifrac-metric ${given} is computed from the table, --unifrac-matrix is read. Drop one of them.`,
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
  const metrics = metricsOf(settings);
  const [name] = metrics;
  if (name === 'taxonomy') {
    const { taxa, values } = await taxaOf(context, inputs.table);
    const encoder = { encoderType: name, baseOutputWidth: taxa.length } as const;
    return { encoder, distances: undefined, baseTargets: { taxonomy: values } };
  }
  const { featureIds, sampleIds } = inputs;
  const prepareTree = (): Unifrac => createUnifrac(inputs.tree!, featureIds, { missing: 'drop', sampleIds });
  if (name === 'faith_pd') {
    const baseTargets = { faith_pd: await faithPdTargets(prepareTree(), sets) };
    return { encoder: { encoderType: name }, distances: undefined, baseTargets };
  }
  if (name === 'combined') {
    const { taxa, values } = await taxaOf(context, inputs.table);
    const unifrac = prepareTree();
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
  const distances = await metricTargets(context, metrics, { prepareTree, featureIds, sets });
  const areWeighted = metrics.every((metric) => metric.startsWith('weighted') || metric === 'generalized');
  return { encoder: { encoderType: areWeighted ? 'weighted' : 'unifrac' }, distances, baseTargets: {} };
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
  return sampleBatches(withoutAugmentation(dataset), { samplesPerBatch: SAMPLES_AT_ONCE });
}

/** Distances from files; those of metrics without a largest value come into [0, 1) by their median. */
function matrixDistances(
  { progress }: CommandContext,
  matrices: ReadonlyMap<string, DistanceMatrix>,
  sampleIds: readonly string[],
): readonly DistanceTarget[] {
  return [...matrices].map(([path, matrix], i) => {
    const isBounded = matrix.condensed.every((distance) => distance <= 1);
    const half = isBounded ? undefined : medianOf(matrix.condensed);
    if (half !== undefined) {
      progress.note(`${path} has distances above 1; d is learned as d / (d + ${half.toPrecision(4)}), the median`);
    }
    return { name: `matrix_${i + 1}`, distances: matrixTargets(matrix, sampleIds, { half }) };
  });
}

/** As {@link checkDistanceSettings}; beside a target there is one distance, of a fixed scale. */
export function checkFineTuningDistances(settings: SettingsReader): void {
  const metrics = metricsOf(settings);
  const matrices = settings.textsOrUnset('unifrac-matrix');
  if (settings.textOrUnset('tree') === undefined && matrices === undefined && metrics.some(isOfTree)) {
    throw new UsageError('--penalty: the UniFrac loss needs the tree; give --tree, or --penalty 0.');
  }
  checkDistanceSettings(settings);
  const isOne = (matrices ?? metrics).length === 1;
  if (isOne && !withHeads.includes(metrics[0]!) && distanceScale(settings) !== 'learned') return;
  throw new UsageError(
    'aam train learns one distance of a fixed scale beside the target. Give one --unifrac-matrix or one distance as ' +
      '--unifrac-metric, and a number as --distance-scale.',
  );
}

/** The one distance of fine-tuning. */
export async function singleDistance(
  context: CommandContext,
  inputs: DistanceInputs,
  sets: TrainingSets,
): Promise<DistanceTarget> {
  const { distances } = await runDistances(context, inputs, sets);
  return distances![0]!;
}
