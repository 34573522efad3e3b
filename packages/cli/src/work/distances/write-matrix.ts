// Writes the matrix of a command where and how its settings say.
import { type DistanceMatrix, type DistanceRows, writeDistanceMatrix } from '@seq/unifrac';
import type { CommandContext } from '../../command.js';
import { inOutputFolder } from '../output-folder.js';
import { rowProgress } from './distance-progress.js';

/** Width of written numbers. */
export function precisionOf({ settings }: CommandContext): 'f32' | 'f64' {
  return settings.text('precision') === 'f32' ? 'f32' : 'f64';
}

/** Writes a matrix, whole or as its rows come, to `--output` and says so. */
export async function writeMatrix(context: CommandContext, matrix: DistanceMatrix | DistanceRows): Promise<void> {
  const { settings, progress, signal } = context;
  const output = settings.text('output');
  const options = { precision: precisionOf(context), signal, onProgress: rowProgress(context, 'writing') };
  await inOutputFolder(output, () => writeDistanceMatrix(matrix, output, options));
  progress.note(`${matrix.ids.length} samples, distances in ${output}`);
}
