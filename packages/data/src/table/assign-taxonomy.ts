// Gives the features of a table their taxonomy from another file. Knows nothing of how taxonomies are made.
import { dataError } from '../errors.js';
import type { Absence } from '../matching/match-report.js';
import { textColumn } from '../metadata/metadata-values.js';
import { readSampleMetadata } from '../metadata/read-sample-metadata.js';
import { quotedPath } from '../text/quoted.js';
import type { ReadTextOptions } from '../text/read-file.js';
import { FeatureTable } from './feature-table.js';
import { lineage } from './lineage.js';
import { taxonomyNames } from './read-classic-table.js';
import { featureTotals } from './sample-totals.js';

/** A table with taxonomy, and which features have none. */
export interface AssignedTaxonomy {
  /** The table, with ranks for each feature; none for those below. */
  readonly table: FeatureTable;
  /** Features that the taxonomy does not name; they have no ranks. */
  readonly without: Absence;
}

/**
 * Ranks of features by id, from domain to species: from text with the columns `Feature ID` and `Taxon`, as QIIME 2 and
 * most classifiers write it, or from an artifact `FeatureData[Taxonomy]` (.qza). Ranks stand between `;` or `|`.
 *
 * @throws SeqError as {@link readSampleMetadata}; `METADATA_MALFORMED` without a column of lineages.
 */
export async function readTaxonomy(
  path: string,
  options: ReadTextOptions = {},
): Promise<ReadonlyMap<string, readonly string[]>> {
  const metadata = await readSampleMetadata(path, { ...options, missingWords: [] });
  const names = [...metadata.columns.keys()];
  const column = names.find((name) => taxonomyNames.has(name.toLowerCase()));
  if (column === undefined) {
    throw dataError(
      'METADATA_MALFORMED',
      `${quotedPath(path)} cannot be read as a taxonomy: it has no column "Taxon" (found ${names.slice(0, 8).join(', ')}).`,
      { details: { path, columns: names } },
    );
  }
  const lineages = textColumn(metadata, { column });
  return new Map(metadata.sampleIds.map((id, i) => [id, lineage(lineages[i] ?? '')]));
}

/** The table with the given ranks in place of its own. Ids that the table does not have are ignored. */
export function assignTaxonomy(
  table: FeatureTable,
  taxonomy: ReadonlyMap<string, readonly string[]>,
): AssignedTaxonomy {
  const without = table.featureIds.flatMap((id, feature) => (taxonomy.has(id) ? [] : [feature]));
  const totals = without.length === 0 ? [] : featureTotals(table);
  return {
    table: new FeatureTable({ ...partsOf(table), taxonomy: table.featureIds.map((id) => taxonomy.get(id) ?? []) }),
    without: {
      count: without.length,
      first: without.slice(0, 3).map((feature) => table.featureIds[feature]!),
      reads: without.reduce((sum, feature) => sum + totals[feature]!, 0),
    },
  };
}

const partsOf = ({ sampleIds, featureIds, sampleOffsets, featureIndices, counts, sampleMetadata }: FeatureTable) => ({
  sampleIds,
  featureIds,
  sampleOffsets,
  featureIndices,
  counts,
  sampleMetadata,
});
