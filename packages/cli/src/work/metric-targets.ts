// The distances of `--unifrac-metric` as targets: UniFrac from the tree, the others from the counts of each batch.
import { sampleBatches } from '@seq/data';
import { boundedTargets, communityTargets, type DistanceTarget, medianDistance, unifracTargets } from '@seq/train';
import type {
  CommunityMetric,
  CommunityMetricOptions,
  Unifrac,
  UnifracMetric,
  UnifracMetricOptions,
} from '@seq/unifrac';
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
  const { settings } = context;
  const targets: DistanceTarget[] = [];
  for (const name of names) {
    const metric = isUnifrac(name) ? unifracMetric(name, settings) : communityMetric(name, settings);
    const distances = isUnifrac(name)
      ? unifracTargets(unifrac!, { featureIds, ...(metric as UnifracMetricOptions) })
      : communityTargets({ featureCount: featureIds.length, ...(metric as OfCounts) });
    const target = { name, settings: { ...metric }, distances };
    targets.push(withoutLargest.includes(metric.metric) ? await bounded(context, target, sets) : target);
  }
  return targets;
}

type OfCounts = Pick<CommunityMetricOptions, 'metric' | 'pseudocount'>;

/** Metrics whose distances have no largest value. */
const withoutLargest: readonly (string | undefined)[] = ['unweightedUnnormalized', 'weightedUnnormalized', 'aitchison'];

/** Metrics of UniFrac that are called otherwise in training. */
const unifracMetrics: Readonly<Record<string, UnifracMetric>> = {
  unifrac: 'unweighted',
  weighted: 'weightedNormalized',
};

function unifracMetric(name: string, settings: SettingsReader): UnifracMetricOptions {
  return {
    metric: unifracMetrics[name] ?? (camelCase(name) as UnifracMetric),
    ...(name === 'generalized' ? { alpha: settings.numberOrUnset('alpha') ?? 0.5 } : {}),
    ...(settings.switch('variance-adjusted') ? { varianceAdjusted: true } : {}),
  };
}

function communityMetric(name: string, settings: SettingsReader): OfCounts {
  const metric = camelCase(name) as CommunityMetric;
  return metric === 'aitchison' ? { metric, pseudocount: settings.numberOrUnset('pseudocount') ?? 1 } : { metric };
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
  const unchanged = { ...training, augmentation: undefined };
  return sampleBatches(unchanged, { samplesPerBatch: SAMPLES_AT_ONCE, shuffle: true, seed, blocksPerBuffer });
}
