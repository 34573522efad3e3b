// The work of `aam unifrac --metric gain`: what each sample has on the tree that each other lacks.
import { unifracGain, writeGainMatrix } from '@seq/unifrac';
import type { CommandContext } from '../../command.js';
import { UsageError } from '../../failure.js';
import { inOutputFolder } from '../output-folder.js';
import { pairProgress } from './distance-progress.js';
import { tellSomePlan } from './matrix-plan.js';
import { alphaOf, treeOptions } from './metric-options.js';
import type { PhylogeneticCommunity } from './open-community.js';
import { blockEndings, outputWithEnding } from './output-format.js';
import type { WantedDistances } from './wanted-distances.js';
import { precisionOf } from './write-matrix.js';

/** Refuses what gains have no form of; before anything is opened. */
export function checkGainSettings({ settings }: CommandContext, wanted: WantedDistances): void {
  if (wanted.kind !== 'all') {
    throw new UsageError(`--${wanted.kind}: --metric gain is computed of all samples at once. Leave one of both out.`);
  }
  alphaOf(settings);
  if (settings.switch('variance-adjusted')) {
    throw new UsageError('--variance-adjusted: --metric gain looks at presence only. Leave it out.');
  }
  outputWithEnding(settings, blockEndings);
}

/** Computes the gains and writes them. */
export async function computeGain(context: CommandContext, { table, tree }: PhylogeneticCommunity): Promise<void> {
  const { settings, progress, signal } = context;
  const output = settings.text('output');
  const precision = precisionOf(context);
  const samples = table.sampleCount;
  tellSomePlan(context, `${samples} by ${samples} samples`, { pairs: samples * samples, precision, output });
  const gains = await unifracGain(table, tree, {
    ...treeOptions(context),
    onProgress: pairProgress(context, 'UniFrac gain'),
  });
  await inOutputFolder(output, () => writeGainMatrix(gains, output, { precision, signal }));
  progress.note(`${samples} samples, what each row has that each column lacks in ${output}`);
}
