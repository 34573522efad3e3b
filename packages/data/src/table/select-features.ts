// Takes some features of a table, in the order asked for.
import { dataError } from '../errors.js';
import { counted, firstFew } from '../text/quoted.js';
import { buildFeatureTable } from './build-feature-table.js';
import type { FeatureTable } from './feature-table.js';

/**
 * The table of the given features, in the given order. All samples stay, also those that are left without reads.
 *
 * @throws SeqError `FEATURE_UNKNOWN` for ids that the table does not have, `TABLE_ID_INVALID` for one that is given twice.
 */
export function selectFeatures(table: FeatureTable, featureIds: readonly string[]): FeatureTable {
  const unknown = featureIds.filter((id) => table.featureIndex(id) === undefined);
  if (unknown.length > 0) {
    throw dataError(
      'FEATURE_UNKNOWN',
      `selectFeatures: ${counted(unknown.length, 'feature')} of ${featureIds.length} not in the table ` +
        `(first: ${firstFew(unknown)}). Ids must be written as in the table.`,
      { details: { count: unknown.length, first: unknown.slice(0, 3) } },
    );
  }
  return selectColumns(
    table,
    featureIds.map((id) => table.featureIndex(id)!),
  );
}

const dropped = 0xffff_ffff;

/** The table of the features with the given indices, in the given order; every one exists and is given once. */
export function selectColumns(table: FeatureTable, columns: ArrayLike<number>): FeatureTable {
  const place = new Uint32Array(table.featureCount).fill(dropped);
  for (let i = 0; i < columns.length; i++) place[columns[i]!] = i;
  const samples = new Uint32Array(table.entryCount);
  const features = new Uint32Array(table.entryCount);
  const counts = new Float64Array(table.entryCount);
  let kept = 0;
  for (let row = 0; row < table.sampleCount; row++) {
    for (let entry = table.sampleOffsets[row]!; entry < table.sampleOffsets[row + 1]!; entry++) {
      const feature = place[table.featureIndices[entry]!]!;
      if (feature === dropped) continue;
      samples[kept] = row;
      features[kept] = feature;
      counts[kept++] = table.counts[entry]!;
    }
  }
  return buildFeatureTable({
    sampleIds: table.sampleIds,
    featureIds: Array.from(columns, (column) => table.featureIds[column]!),
    samples: samples.subarray(0, kept),
    features: features.subarray(0, kept),
    counts: counts.subarray(0, kept),
    taxonomy: table.taxonomy && Array.from(columns, (column) => table.taxonomy![column]!),
    sampleMetadata: table.sampleMetadata,
  });
}
