// Opens a feature table, with its tree where there is one, takes the samples that were asked for, and rarefies them if asked;
// what is left out is told.
import {
  describeMatch,
  type FeatureTable,
  matchInputs,
  rarefy,
  readFeatureTable,
  readSampleIds,
  selectSamples,
} from '@seq/data';
import { openTree, type Phylogeny, tipCover } from '@seq/unifrac';
import type { CommandContext } from '../../command.js';
import { requireLengths } from '../require-lengths.js';
import { rootingOptions } from './tree-rooting.js';

/** A table whose features are tips of its tree. */
export interface PhylogeneticCommunity {
  readonly table: FeatureTable;
  /** Holds native memory; dispose it. */
  readonly tree: Phylogeny;
}

/** Opens table and tree and matches their features, as `--missing` says. */
export async function openPhylogeneticCommunity(
  context: CommandContext,
  paths: { readonly table: string; readonly tree: string },
): Promise<PhylogeneticCommunity> {
  const { settings, progress } = context;
  const rooting = rootingOptions(context);
  const [whole, tree] = await Promise.all([chosenSamples(context, paths.table), openTree(paths.tree, rooting)]);
  try {
    requireLengths(tree, paths.tree);
    const missing = settings.text('missing') === 'drop' ? 'drop' : 'error';
    const { table, report } = matchInputs({ table: whole, tipNames: tipCover(tree) }, { missing });
    progress.note(describeMatch(report));
    return { table: rarefied(table, context), tree };
  } catch (error) {
    tree.dispose();
    throw error;
  }
}

/** Opens a table alone. */
export async function openCommunity(context: CommandContext): Promise<FeatureTable> {
  return rarefied(await chosenSamples(context, context.settings.text('table')), context);
}

/** The table at a path, or those of its samples that `--samples` names, in that order. */
async function chosenSamples({ settings, progress, signal }: CommandContext, path: string): Promise<FeatureTable> {
  const table = await readFeatureTable(path, { signal, withAxisMetadata: false });
  const list = settings.textOrUnset('samples');
  if (list === undefined) return table;
  const chosen = selectSamples(table, await readSampleIds(list, { signal }));
  progress.note(`${chosen.sampleCount} of ${table.sampleCount} samples, as ${list} names them`);
  return chosen;
}

function rarefied(table: FeatureTable, { settings, progress }: CommandContext): FeatureTable {
  const depth = settings.numberOrUnset('rarefy-depth');
  if (depth === undefined) return table;
  const { table: drawn, belowDepth } = rarefy(table, { depth, seed: settings.number('seed') });
  if (belowDepth.length > 0) {
    progress.note(
      `${belowDepth.length} of ${table.sampleCount} samples have fewer than ${depth} reads and are left out ` +
        `(first: ${belowDepth[0]!.sampleId})`,
    );
  }
  return drawn;
}
