// The work of `aam import`: a file of the reference becomes a checkpoint, and what was assumed is said.

import type { TargetTransform } from '@seq/data';
import { grouped } from '@seq/data/files';
import { importReferenceCheckpoint, writeCheckpoint } from '@seq/train';
import type { CommandWork } from '../command.js';
import { UsageError } from '../failure.js';
import type { SettingsReader } from '../settings-reader.js';

/** Reads, checks and writes; nothing is written unless the weights fit. */
export const importCheckpoint: CommandWork = async ({ settings, progress, terminal }) => {
  const transform = transformOf(settings);
  const { checkpoint, assumptions } = await importReferenceCheckpoint(settings.text('file'), {
    heads: settings.numberOrUnset('attention-heads'),
    fusionHeads: settings.numberOrUnset('cross-attn-heads'),
    quantiles: settings.numbersOrUnset('quantiles'),
    rarefactionDepth: settings.numberOrUnset('rarefy-depth'),
    column: settings.text('metadata-column'),
    ...(transform.kind === 'none' ? {} : { transform }),
  });
  for (const sentence of assumptions) progress.note(sentence);
  await writeCheckpoint(settings.text('output'), checkpoint);
  const parameters = [...checkpoint.weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  terminal.stdout.write(
    `${settings.text('output')}: ${checkpoint.kind} with ${grouped(parameters)} parameters in ` +
      `${checkpoint.weights.size} arrays\n`,
  );
};

function transformOf(settings: SettingsReader): TargetTransform {
  const kind = settings.text('target-transform');
  const statistics = settings.numbersOrUnset('target-statistics');
  if (kind === 'none') {
    if (statistics === undefined) return { kind };
    throw new UsageError('--target-statistics belongs to a --target-transform; give one, or leave both out.');
  }
  const isRange = kind === 'minmax' || kind === 'log-minmax';
  if (statistics?.length !== 2) {
    const needed = isRange ? 'minimum,maximum' : 'mean,standard deviation';
    throw new UsageError(`--target-transform ${kind} needs --target-statistics ${needed}.`);
  }
  const [first = 0, second = 0] = statistics;
  if (isRange) {
    if (second > first) return { kind, minimum: first, maximum: second };
    throw new UsageError(`--target-statistics ${first},${second}: the maximum must be above the minimum.`);
  }
  if (second > 0 && (kind === 'zscore' || kind === 'log-zscore')) {
    return { kind, mean: first, standardDeviation: second };
  }
  throw new UsageError(`--target-statistics ${first},${second}: the standard deviation must be above 0.`);
}
