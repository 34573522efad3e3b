/**
 * Feature tables, sequences, sample metadata, rarefaction, splits and batches.
 *
 * @packageDocumentation
 */

export type { DataErrorCode } from './errors.js';
export { type ErrorDetails, SeqError } from './native.js';
export { buildFeatureTable, type FeatureTableEntries } from './table/build-feature-table.js';
export { FeatureTable, type FeatureTableParts } from './table/feature-table.js';
export { type OpenFeatureTableOptions, openFeatureTable } from './table/open-feature-table.js';
export { featureTotals, sampleTotals } from './table/sample-totals.js';
export { selectFeatures } from './table/select-features.js';
export { selectSamples } from './table/select-samples.js';
