// Looks at the ending of an output before any work.
import { UsageError } from '../../failure.js';
import type { SettingsReader } from '../../settings-reader.js';

/** Endings of files of matrices and diversities. */
export const matrixEndings: readonly string[] = [
  '.tsv',
  '.txt',
  '.csv',
  '.h5',
  '.hdf5',
  '.npy',
  '.npz',
  '.arrow',
  '.qza',
];

/** Endings of files of distances to references, and of gains. */
export const blockEndings: readonly string[] = matrixEndings.filter((ending) => ending !== '.qza');

/** Endings of files of distances of chosen pairs. */
export const pairEndings: readonly string[] = blockEndings.filter((ending) => ending !== '.arrow');

/** Endings of files of parts. */
export const partEndings: readonly string[] = ['.h5', '.hdf5'];

/**
 * The path of `--output`, if its ending is one of those that can be written.
 *
 * @throws UsageError otherwise.
 */
export function outputWithEnding(settings: SettingsReader, endings: readonly string[]): string {
  const output = settings.text('output');
  if (endings.some((ending) => output.toLowerCase().endsWith(ending))) return output;
  const last = endings.at(-1)!;
  const list = endings.length === 1 ? last : `${endings.slice(0, -1).join(', ')} or ${last}`;
  throw new UsageError(`--output: a name that ends in ${list} is needed, got ${JSON.stringify(output)}.`);
}
