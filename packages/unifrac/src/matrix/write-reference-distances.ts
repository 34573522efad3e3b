// Writes distances of samples to a few references to a file.
import type { ReferenceDistances } from './read-reference-distances.js';
import { type WriteBlockOptions, writeBlock } from './write-block.js';

/** Options of {@link writeReferenceDistances}. */
export interface WriteReferenceDistancesOptions extends WriteBlockOptions {}

/**
 * Writes a rectangular block of distances, samples by references: TSV and CSV with the references as heading, `.npy` without
 * ids, `.npz` as `stripe_distances` and `ids`, HDF5 as `stripe_distances` and `order`, Arrow as `sample_id` and
 * `stripe_distances`. The names of the references go into `.npz` and HDF5 as `reference_ids`, where they are known. An
 * existing file is replaced, at the end and at once.
 *
 * @throws SeqError `FILE_FORMAT_UNKNOWN`, `FILE_NOT_WRITTEN`, `MATRIX_INVALID` for text without names of the references, or
 *   with names that it cannot hold.
 */
export async function writeReferenceDistances(
  block: ReferenceDistances,
  path: string,
  options: WriteReferenceDistancesOptions = {},
): Promise<void> {
  const { sampleIds, referenceIds, referenceCount, distances } = block;
  const named = { rowIds: sampleIds, columnIds: referenceIds, columnIdsName: 'reference_ids' };
  const numbers = { name: 'stripe_distances', columnCount: referenceCount, values: distances };
  await writeBlock('writeReferenceDistances', { ...named, ...numbers }, path, options);
}
