// Settings of the commands that take a distance matrix.
import type { Setting } from '../settings.js';

const group = 'Input';

/** The matrix, and the ids of its rows where the file has none. */
export const distanceMatrixSettings: readonly Setting[] = [
  {
    name: 'distance-matrix',
    kind: { type: 'path' },
    help: 'distance matrix of any format that aam unifrac writes: .tsv, .csv, .h5, .npy, .npz, .qza',
    required: true,
    group,
  },
  {
    name: 'result-index',
    kind: { type: 'integer', minimum: 0 },
    help: 'which of several results of one .h5 file, as ssu --mode multi writes them, from 0',
    group,
  },
  {
    name: 'samples',
    kind: { type: 'path' },
    help: 'ids of the samples to use, one per line; where the file has no ids, those of its rows',
    group,
  },
];
