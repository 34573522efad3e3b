// The distances of `--unifrac-metric` as targets: UniFrac from the tree, the others from the counts of each batch.
import { sampleBatches, withoutAugmentation } from '@seq/data';
import { boundedTargets, communityTargets, type DistanceTarget, medianDistance, unifracTargets } from '@seq/train';
import type { CommunityMetric, Unifrac, UnifracMetric, UnifracMetricOptions } from '@seq/unifrac';
import type { CommandContext } from '../command.js';
import { unifracNames } from '../settings-of/base-losses.js';
import { communityMetrics } from '../settings-of/distances.js';
import type { SettingsReader } from '../settings-reader.js';
import { camelCase } from './distances/metric-options.js';
import type { TrainingSets } from './training-run.js';

const SAMPLES_AT_ONCE = 256;

/** Whether what the name stands for is computed from the tree. */
export function isOfTree(name: string): boolean {
  return !(name === 'taxonomy' || (communityMetrics as readonly string[]).includes(name));
}

/** Whether the name is one of UniFrac between samples. */
export function isUnifrac(name: string): boolean {
  return unifracNames.includes(name);
}

/** What the distances are computed from. */
export interface MetricInputs {
  /** Prepares the tree, for metrics that need it. */
  readonly prepareTree: () => Unifrac;
  readonly featureIds: readonly string[];
  readonly sets: TrainingSets;
}

/** A target for each of the names. */
export async function metricTargets(
  context: CommandContext,
  names: readonly string[],
  { prepareTree, featureIds, sets }: MetricInputs,
): Promise<readonly DistanceTarget[]> {
  const unifrac = names.some(isOfTree) ? prepareTree() : undefined;
  const targets: DistanceTarget[] = [];
  for (const name of names) {
    const target = isUnifrac(name)
      ? unifracTarget(name, unifrac!, featureIds, context.settings)
      : communityTarget(name, featureIds, context.settings);
    targets.push(withoutLargest.includes(target.settings.metric) ? await bounded(context, target, sets) : target);
  }
  return targets;
}

/** A target that says which metric it is. */
type MetricTarget = DistanceTarget & { readonly settings: { readonly metric?: string | undefined } };

/** Metrics whose distances have no largest value. */
const withoutLargest: readonly (string | undefined)[] = ['unweightedUnnormalized', 'weightedUnnormalized', 'aitchison'];

/** Metrics of UniFrac that are called otherwise in training. */
const unifracMetrics: Readonly<Record<string, UnifracMetric>> = {
  unifrac: 'unweighted',
  weighted: 'weightedNormalized',
};

function unifracTarget(
  name: string,
  unifrac: Unifrac,
  featureIds: readonly string[],
  settings: SettingsReader,
): MetricTarget {
  const metric: UnifracMetricOptions = {
    metric: unifracMetrics[name] ?? (camelCase(name) as UnifracMetric),
    ...(name === 'generalized' ? { alpha: settings.numberOrUnset('alpha') ?? 0.5 } : {}),
    ...(settings.switch('variance-adjusted') ? { varianceAdjusted: true } : {}),
  };
  return { name, settings: { ...metric }, distances: unifracTargets(unifrac, { featureIds, ...metric }) };
}

function communityTarget(name: string, featureIds: readonly string[], settings: SettingsReader): MetricTarget {
  const metric = camelCase(name) as CommunityMetric;
  const own = metric === 'aitchison' ? { metric, pseudocount: settings.numberOrUnset('pseudocount') ?? 1 } : { metric };
  return { name, settings: own, distances: communityTargets({ featureCount: featureIds.length, ...own }) };
}

/** Distances without a largest value come into [0, 1) by their median. */
async function bounded(
  { settings, progress }: CommandContext,
  target: DistanceTarget,
  sets: TrainingSets,
): Promise<DistanceTarget> {
  const half = await medianDistance(target.distances, shuffledTraining(sets, settings.number('seed')));
  progress.note(
    `${target.name} distances d are learned as d / (d + ${half.toPrecision(4)}), the median of training samples`,
  );
  return { ...target, settings: { ...target.settings, half }, distances: boundedTargets(target.distances, half) };
}

/** Training samples without what changes them, in the order of a seed: those of one study stand together in many tables. */
function shuffledTraining({ training, blocksPerBuffer }: TrainingSets, seed: number) {
  const order = { shuffle: true, seed, blocksPerBuffer };
  return sampleBatches(withoutAugmentation(training), { samplesPerBatch: SAMPLES_AT_ONCE, ...order });
}
