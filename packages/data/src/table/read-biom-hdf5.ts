// Reads a whole BIOM 2.x file. Knows no HDF5.
import { BiomHdf5, type OpenBiomOptions } from './biom-hdf5.js';
import type { FeatureTable } from './feature-table.js';

/** The feature table of a BIOM 2.x file. Either of its two matrices is enough. */
export async function readBiomHdf5(path: string, options: OpenBiomOptions = {}): Promise<FeatureTable> {
  await using file = await BiomHdf5.open(path, options);
  return await file.table();
}
