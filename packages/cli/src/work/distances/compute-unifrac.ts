// The work of `aam unifrac`: table and tree in, distances out: all, one part, to references, or of chosen pairs.
import { freemem } from 'node:os';
import {
  unifracMatrix,
  unifracOfPairs,
  unifracPart,
  unifracRows,
  unifracToReferences,
  writeDistancePart,
} from '@seq/unifrac';
import type { CommandContext, CommandWork } from '../../command.js';
import { inOutputFolder } from '../output-folder.js';
import { checkGainSettings, computeGain } from './compute-gain.js';
import { pairProgress } from './distance-progress.js';
import { bytesInMemory, tellPlan } from './matrix-plan.js';
import { metricLabel, unifracOptions } from './metric-options.js';
import { openPhylogeneticCommunity, type PhylogeneticCommunity } from './open-community.js';
import { writeOfPairs, writeToReferences } from './some-distances.js';
import { type WantedDistances, wantedDistances } from './wanted-distances.js';
import { precisionOf, writeMatrix } from './write-matrix.js';

/** Computes the distances and writes them. */
export const computeUnifrac: CommandWork = async (context) => {
  const { settings } = context;
  const wanted = wantedDistances(settings);
  const isGain = settings.text('metric') === 'gain';
  if (isGain) checkGainSettings(context, wanted);
  else unifracOptions(context);
  const paths = { table: settings.text('table'), tree: settings.text('tree') };
  const community = await openPhylogeneticCommunity(context, paths);
  using _tree = community.tree;
  await (isGain ? computeGain(context, community) : computeWanted(context, community, wanted));
};

async function computeWanted(
  context: CommandContext,
  community: PhylogeneticCommunity,
  wanted: WantedDistances,
): Promise<void> {
  const { table, tree } = community;
  const options = unifracOptions(context);
  const label = metricLabel(context.settings);
  switch (wanted.kind) {
    case 'all':
      return computeWhole(context, community);
    case 'part':
      return computePart(context, community, wanted);
    case 'references':
      return writeToReferences(context, table, { ...wanted, label }, (referenceIds, onProgress) =>
        unifracToReferences(table, tree, { ...options, referenceIds, onProgress }),
      );
    case 'pairs':
      return writeOfPairs(context, table, { ...wanted, label }, (pairs, onProgress) =>
        unifracOfPairs(table, tree, { ...options, pairs, onProgress }),
      );
  }
}

async function computeWhole(context: CommandContext, { table, tree }: PhylogeneticCommunity): Promise<void> {
  const options = unifracOptions(context);
  const precision = precisionOf(context);
  const bytesPerPair = precision === 'f32' ? 8 : 16;
  // Rows that go to the file as they come are computed twice over, but need no memory.
  const byRows = bytesInMemory(table.sampleCount, bytesPerPair) > freemem() / 2;
  const plan = { precision, bytesPerPair, output: context.settings.text('output'), byRows };
  await tellPlan(context, table, plan, (some) => unifracMatrix(some, tree, { ...options, emptySamples: 'zero' }));
  const onProgress = pairProgress(context, metricLabel(context.settings));
  await writeMatrix(context, unifracRows(table, tree, { ...options, onProgress, atOnce: !byRows }));
}

async function computePart(
  context: CommandContext,
  { table, tree }: PhylogeneticCommunity,
  { part, partCount }: { readonly part: number; readonly partCount: number },
): Promise<void> {
  const { settings, progress, signal } = context;
  const onProgress = pairProgress(context, `${metricLabel(settings)}, part ${part} of ${partCount}`);
  const computed = await unifracPart(table, tree, { ...unifracOptions(context), part, partCount, onProgress });
  const output = settings.text('output');
  await inOutputFolder(output, () => writeDistancePart(computed, output, { signal }));
  const { firstRow, endRow, ids } = computed;
  progress.note(`part ${part} of ${partCount}, rows ${firstRow + 1} to ${endRow} of ${ids.length}, in ${output}`);
}
