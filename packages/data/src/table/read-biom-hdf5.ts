// Reads a whole BIOM 2.x file. Knows no HDF5.
import type { OpenHdf5Options } from '../hdf5/hdf5-file.js';
import { BiomHdf5 } from './biom-hdf5.js';
import { FeatureTable } from './feature-table.js';

/** The feature table of a BIOM 2.x file. Either of its two matrices is enough. */
export async function readBiomHdf5(path: string, options: OpenHdf5Options = {}): Promise<FeatureTable> {
  await using file = await BiomHdf5.open(path, options);
  return new FeatureTable({ ...file.axes, ...(await file.samples(0, file.axes.sampleIds.length)) });
}
