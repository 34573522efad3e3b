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
    name: 'samples',
    kind: { type: 'path' },
    help: 'ids of the samples to use, one per line; where the file has no ids, those of its rows',
    group,
  },
];
