// Writes the matrix of a command where and how its settings say.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DistanceMatrix, type DistanceRows, writeDistanceMatrix } from '@seq/unifrac';
import type { CommandContext } from '../../command.js';
import { rowProgress } from './distance-progress.js';

/** Width of written numbers. */
export function precisionOf({ settings }: CommandContext): 'f32' | 'f64' {
  return settings.text('precision') === 'f32' ? 'f32' : 'f64';
}

/** Writes a matrix, whole or as its rows come, to `--output` and says so. */
export async function writeMatrix(context: CommandContext, matrix: DistanceMatrix | DistanceRows): Promise<void> {
  const { settings, progress, signal } = context;
  const output = settings.text('output');
  await mkdir(dirname(output), { recursive: true });
  const onProgress = rowProgress(context, 'writing');
  await writeDistanceMatrix(matrix, output, { precision: precisionOf(context), signal, onProgress });
  progress.note(`${matrix.ids.length} samples, distances in ${output}`);
}
