// The work of `aam faith-pd`: table and tree in, one number per sample out.
import { faithPd, writeAlphaDiversity } from '@seq/unifrac';
import type { CommandWork } from '../../command.js';
import { threadsOf } from '../../settings-of/inputs.js';
import { inOutputFolder } from '../output-folder.js';
import { sampleProgress } from './distance-progress.js';
import { openPhylogeneticCommunity } from './open-community.js';
import { matrixEndings, outputWithEnding } from './output-format.js';

/** Computes Faith's PD of every sample and writes it. */
export const computeFaithPd: CommandWork = async (context) => {
  const { settings, progress, signal } = context;
  const output = outputWithEnding(settings, matrixEndings);
  const paths = { table: settings.text('table'), tree: settings.text('tree') };
  const { table, tree } = await openPhylogeneticCommunity(context, paths);
  using _tree = tree;
  const onProgress = sampleProgress(context, "Faith's PD");
  const values = await faithPd(table, tree, { threads: threadsOf(settings), signal, onProgress });
  const diversity = { sampleIds: table.sampleIds, values };
  await inOutputFolder(output, () => writeAlphaDiversity(diversity, output, { signal }));
  progress.note(`${table.sampleCount} samples, Faith's PD in ${output}`);
};
