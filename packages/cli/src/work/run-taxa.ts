// The taxa that an encoder learns: lineages from the table or from a file of their own.
import { type FeatureTable, readTaxonomy } from '@seq/data';
import { type TaxonTargets, taxonTargets } from '@seq/train';
import type { CommandContext } from '../command.js';
import { UsageError } from '../failure.js';

/** What of the inputs taxa come from. */
export type FeaturesWithLineages = Pick<FeatureTable, 'featureIds' | 'taxonomy'>;

/** Taxa of the features at the rank of the settings. */
export async function taxaOf(context: CommandContext, features: FeaturesWithLineages): Promise<TaxonTargets> {
  const { settings, progress } = context;
  const targets = taxonTargets(await lineagesOf(context, features), { rank: settings.numberOrUnset('taxonomy-rank') });
  progress.note(`${targets.taxa.length} taxa to learn (first: ${targets.taxa[0]})`);
  return targets;
}

/** Ranks of each feature, from `--taxonomy` or from the table. */
async function lineagesOf(
  { settings, progress, signal }: CommandContext,
  { featureIds, taxonomy }: FeaturesWithLineages,
): Promise<readonly (readonly string[])[]> {
  const path = settings.textOrUnset('taxonomy');
  const read = path === undefined ? undefined : await readTaxonomy(path, { signal });
  const lineages = read === undefined ? (taxonomy ?? []) : featureIds.map((id) => read.get(id) ?? []);
  const without = featureIds.filter((_, i) => (lineages[i]?.length ?? 0) === 0);
  if (without.length === featureIds.length) {
    const found =
      path === undefined
        ? '--taxonomy: the table has no lineages of its features'
        : `--taxonomy: ${JSON.stringify(path)} has none of the ${featureIds.length} features (such as ${featureIds[0]})`;
    throw new UsageError(`${found}. Give a file of them, such as taxonomy.tsv or .qza.`);
  }
  if (without.length > 0) {
    progress.note(
      `${without.length} of ${featureIds.length} features have no lineage and count as Unassigned (first: ${without[0]})`,
    );
  }
  return lineages;
}
