import recipe from '../../tooling/setup/tsup.ts';

// The worker of the HDF5 library is loaded by its file name, so it stays a file of its own.
export default {
  ...recipe,
  entry: { index: 'src/index.ts', files: 'src/files.ts', 'hdf5-worker': 'src/hdf5/hdf5-worker.js' },
};
