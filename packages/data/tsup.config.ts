import recipe from '../../tooling/setup/tsup.ts';

// Workers are loaded by their file names, so they stay files of their own.
export default {
  ...recipe,
  entry: {
    index: 'src/index.ts',
    files: 'src/files.ts',
    'hdf5-worker': 'src/hdf5/hdf5-worker.js',
    'long-form-worker': 'src/interchange/long-form-worker.js',
    'vector-rows-worker': 'src/arrow/vector-rows-worker.js',
  },
};
