// The taxa that an encoder learns: lineages from the table or from a file of their own.
import { assignTaxonomy, type FeatureTable, readTaxonomy } from '@seq/data';
import { type TaxonTargets, taxonTargets } from '@seq/train';
import type { CommandContext } from '../command.js';
import { UsageError } from '../failure.js';

/** Taxa of the table at the rank of the settings. */
export async function taxaOf({ settings, progress }: CommandContext, table: FeatureTable): Promise<TaxonTargets> {
  const path = settings.textOrUnset('taxonomy');
  const assigned = path === undefined ? undefined : assignTaxonomy(table, await readTaxonomy(path));
  const { count = 0, first = [], reads = 0 } = assigned?.without ?? {};
  if (count > 0) {
    progress.note(
      `${count} features with ${reads} reads have no taxonomy and count as Unassigned (first: ${first[0]})`,
    );
  }
  const lineages = (assigned?.table ?? table).taxonomy;
  if (lineages === undefined || !lineages.some((ranks) => ranks.length > 0)) {
    throw new UsageError(
      '--taxonomy: the table has no lineages of its features. Give a file of them, such as taxonomy.tsv or .qza.',
    );
  }
  const targets = taxonTargets(lineages, { rank: settings.numberOrUnset('taxonomy-rank') });
  progress.note(`${targets.taxa.length} taxa to learn (first: ${targets.taxa[0]})`);
  return targets;
}
