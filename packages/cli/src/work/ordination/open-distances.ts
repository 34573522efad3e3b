// Opens the distance matrix that a command names, cut down to the wanted samples.

import { readSampleIds } from '@seq/data';
import { grouped } from '@seq/data/files';
import { type DistanceMatrix, readDistanceMatrix } from '@seq/unifrac';
import type { CommandContext } from '../../command.js';
import { rowProgress } from '../distances/distance-progress.js';

/** The matrix of `--distance-matrix`, of the samples of `--samples` if they are given. */
export async function openDistances(context: CommandContext): Promise<DistanceMatrix> {
  const { settings, progress, signal } = context;
  const samples = settings.textOrUnset('samples');
  const sampleIds = samples === undefined ? undefined : await readSampleIds(samples);
  const matrix = await readDistanceMatrix(settings.text('distance-matrix'), {
    signal,
    onProgress: rowProgress(context, 'reading'),
    resultIndex: settings.numberOrUnset('result-index'),
    ...(sampleIds === undefined ? {} : { sampleIds }),
  });
  progress.note(`distances between ${grouped(matrix.size)} samples`);
  return matrix;
}
