// Writes UniFrac gains to a file.
import { type WriteBlockOptions, writeBlock } from '../matrix/write-block.js';
import type { GainMatrix } from './unifrac-gain.js';

/** Options of {@link writeGainMatrix}. */
export interface WriteGainMatrixOptions extends WriteBlockOptions {}

/**
 * Writes a square of gains, what the row has that the column lacks: TSV and CSV with ids, `.npy` without, `.npz` as `gains` and
 * `ids`, HDF5 as `gains` and `order`, Arrow as `sample_id` and `gains`. It is not symmetric, so it is no file of distances
 * and no QIIME 2 artifact. An existing file is replaced, at the end and at once.
 *
 * @throws SeqError `FILE_FORMAT_UNKNOWN`, `FILE_NOT_WRITTEN`, `MATRIX_INVALID` for ids that text cannot hold.
 */
export async function writeGainMatrix(
  { sampleIds, gains }: GainMatrix,
  path: string,
  options: WriteGainMatrixOptions = {},
): Promise<void> {
  const named = { rowIds: sampleIds, columnIds: sampleIds, columnCount: sampleIds.length };
  await writeBlock('writeGainMatrix', { ...named, name: 'gains', values: gains }, path, options);
}
