// The distances of `--unifrac-metric` as targets: UniFrac from the tree, the others from the counts of each batch.
import { sampleBatches } from '@seq/data';
import { boundedTargets, communityTargets, type DistanceTarget, medianDistance, unifracTargets } from '@seq/train';
import type { CommunityMetric, Unifrac, UnifracMetricOptions } from '@seq/unifrac';
import type { CommandContext } from '../command.js';
import { communityMetrics } from '../settings-of/distances.js';
import type { SettingsReader } from '../settings-reader.js';
import { camelCase } from './distances/metric-options.js';
import type { TrainingSets } from './training-run.js';

const SAMPLES_AT_ONCE = 256;

/** Whether what the name stands for is computed from the tree. */
export function isOfTree(name: string): boolean {
  return !(name === 'taxonomy' || (communityMetrics as readonly string[]).includes(name));
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
    if (isOfTree(name)) {
      const settings = unifracMetric(name, context.settings);
      targets.push({ name, settings, distances: unifracTargets(unifrac!, { featureIds, ...settings }) });
    } else targets.push(await communityTarget(context, name, { featureCount: featureIds.length, sets }));
  }
  return targets;
}

function unifracMetric(
  name: string,
  settings: SettingsReader,
): UnifracMetricOptions & Readonly<Record<string, unknown>> {
  if (name === 'generalized') return { metric: name, alpha: settings.numberOrUnset('alpha') ?? 0.5 };
  return { metric: name === 'weighted' ? 'weightedNormalized' : 'unweighted' };
}

/** A distance without a tree; Aitchison's, which has no largest value, comes into [0, 1) by its median. */
async function communityTarget(
  { settings, progress }: CommandContext,
  name: string,
  { featureCount, sets }: { readonly featureCount: number; readonly sets: TrainingSets },
): Promise<DistanceTarget> {
  const metric = camelCase(name) as CommunityMetric;
  if (metric !== 'aitchison') {
    return { name, settings: { metric }, distances: communityTargets({ metric, featureCount }) };
  }
  const pseudocount = settings.numberOrUnset('pseudocount') ?? 1;
  const distances = communityTargets({ metric, featureCount, pseudocount });
  const half = await medianDistance(distances, shuffledTraining(sets, settings.number('seed')));
  progress.note(`${name} distances d are learned as d / (d + ${half.toPrecision(4)}), the median of training samples`);
  return { name, settings: { metric, pseudocount, half }, distances: boundedTargets(distances, half) };
}

/** Training samples without what changes them, in the order of a seed: those of one study stand together in many tables. */
function shuffledTraining({ training, blocksPerBuffer }: TrainingSets, seed: number) {
  const unchanged = { ...training, augmentation: undefined };
  return sampleBatches(unchanged, { samplesPerBatch: SAMPLES_AT_ONCE, shuffle: true, seed, blocksPerBuffer });
}
