// Opens a feature table, with its tree where there is one, and rarefies it if asked; what is left out is told.
import { describeMatch, type FeatureTable, matchInputs, rarefy, readFeatureTable } from '@seq/data';
import { openTree, type Phylogeny } from '@seq/unifrac';
import type { CommandContext } from '../../command.js';
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
  const { settings, progress, signal } = context;
  const rooting = rootingOptions(context);
  const [whole, tree] = await Promise.all([
    readFeatureTable(paths.table, { signal, withAxisMetadata: false }),
    openTree(paths.tree, rooting),
  ]);
  try {
    const missing = settings.text('missing') === 'drop' ? 'drop' : 'error';
    const { table, report } = matchInputs({ table: whole, tipNames: tree.tipNames }, { missing });
    progress.note(describeMatch(report));
    return { table: rarefied(table, context), tree };
  } catch (cause) {
    tree.dispose();
    throw cause;
  }
}

/** Opens a table alone. */
export async function openCommunity(context: CommandContext): Promise<FeatureTable> {
  const table = await readFeatureTable(context.settings.text('table'), {
    signal: context.signal,
    withAxisMetadata: false,
  });
  return rarefied(table, context);
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
