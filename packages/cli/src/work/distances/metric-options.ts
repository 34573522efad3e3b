// Settings of a metric as the options of @seq/unifrac.
import type { UnifracGainOptions, UnifracMatrixOptions, UnifracMetric } from '@seq/unifrac';
import type { CommandContext } from '../../command.js';
import { UsageError } from '../../failure.js';
import { threadsOf } from '../../settings-of/inputs.js';
import type { SettingsReader } from '../../settings-reader.js';

/** A name with underscores in camel case: `weighted_normalized` is `weightedNormalized`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The metric that was asked for, in words. */
export function metricLabel(settings: SettingsReader): string {
  const alpha = settings.numberOrUnset('alpha');
  const adjusted = settings.switch('variance-adjusted') ? ', variance-adjusted' : '';
  return `${settings.text('metric').replaceAll('_', ' ')} UniFrac${alpha === undefined ? '' : `, alpha ${alpha}`}${adjusted}`;
}

/**
 * Options of the metric and the run. Features that the tree lacks were handled before, when the inputs were matched.
 *
 * @throws UsageError where `--alpha` does not go with the metric, or reads as they are with variance adjustment.
 */
export function unifracOptions(context: CommandContext): UnifracMatrixOptions {
  const { settings } = context;
  const alpha = alphaOf(settings);
  if (!settings.switch('normalize-sample-counts') && settings.switch('variance-adjusted')) {
    throw new UsageError(
      '--no-normalize-sample-counts: --variance-adjusted compares parts of reads. Ask for one of both.',
    );
  }
  return {
    ...treeOptions(context),
    metric: camelCase(settings.text('metric')) as UnifracMetric,
    alpha,
    varianceAdjusted: settings.switch('variance-adjusted'),
    normalizeSampleCounts: settings.switch('normalize-sample-counts'),
    // What is written in 32 bits need not be computed in more.
    precision: settings.text('precision') === 'f32' ? 'default' : 'exact',
    emptySamples: settings.text('empty-samples') as 'zero' | 'nan' | 'error',
  };
}

/** How the tree is taken and the run done, for every metric and for gains. */
export function treeOptions({ settings, signal }: CommandContext): UnifracGainOptions {
  return {
    bypassTips: settings.switch('bypass-tips'),
    lengthPrecision: settings.text('length-precision') === 'f32' ? 'f32' : 'f64',
    threads: threadsOf(settings),
    signal,
  };
}

/**
 * The weight of abundant branches, which goes with the generalized metric and no other.
 *
 * @throws UsageError where one of both is without the other.
 */
export function alphaOf(settings: SettingsReader): number | undefined {
  const metric = settings.text('metric');
  const alpha = settings.numberOrUnset('alpha');
  if (metric === 'generalized' && alpha === undefined) {
    throw new UsageError('--alpha: a number from 0 to 1 is needed for --metric generalized; 0.5 is a common choice.');
  }
  if (metric !== 'generalized' && alpha !== undefined) {
    throw new UsageError(`--alpha: only --metric generalized takes it, and --metric is ${metric}.`);
  }
  return alpha;
}
