// Writes the matrix of a command where and how its settings say.
import { mkdir, rmdir } from 'node:fs/promises';
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
  const folder = dirname(output);
  const made = await mkdir(folder, { recursive: true });
  const onProgress = rowProgress(context, 'writing');
  try {
    await writeDistanceMatrix(matrix, output, { precision: precisionOf(context), signal, onProgress });
  } catch (cause) {
    // Rows may be computed while they are written: what ends the work before the first one leaves no folder behind.
    if (made !== undefined) await rmdir(folder).catch(() => undefined);
    throw cause;
  }
  progress.note(`${matrix.ids.length} samples, distances in ${output}`);
}
