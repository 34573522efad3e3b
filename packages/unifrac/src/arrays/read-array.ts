// The array of a .npy or .npz file. Knows not what the numbers mean.
import { firstFew, mostFileBytes, quotedPath, readUnpacked, ZipArchive } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { type NumberArray, parseNpy } from './parse-npy.js';

/** Names under which distances and diversities are stored, in the order in which they are looked for. */
const knownKeys = ['distances', 'stripe_distances', 'faith_pd'];

/**
 * The array of a `.npy` file, or that of an `.npz` archive under one of the known names, else its only one.
 *
 * @throws SeqError as reading a file, and `FILE_MALFORMED` if there are several arrays of unknown names.
 */
export async function readArray(path: string, format: 'npy' | 'npz', signal?: AbortSignal): Promise<NumberArray> {
  const bytes = await readUnpacked(path, { signal: signal, mostBytes: mostFileBytes });
  if (format === 'npy') return parseNpy(path, bytes);
  const archive = await ZipArchive.open(path, bytes);
  const keys = archive.names.filter((name) => name.endsWith('.npy')).map((name) => name.slice(0, -'.npy'.length));
  const key = knownKeys.find((known) => keys.includes(known)) ?? (keys.length === 1 ? keys[0] : undefined);
  if (key === undefined) {
    throw unifracError(
      'FILE_MALFORMED',
      `${quotedPath(path)} holds ${keys.length} arrays (${firstFew(keys, 10)}), none of them called ${knownKeys.join(', ')}. ` +
        'Save the distances under one of these names.',
      { details: { path, keys } },
    );
  }
  return parseNpy(`${path}:${key}`, (await archive.read(`${key}.npy`))!);
}

/**
 * Checks that an array without ids has one row for each of the given samples.
 *
 * @throws SeqError `OPTION_INVALID` if no ids are given, `MATRIX_INVALID` if the numbers differ.
 */
export function requireRowPerSample(
  path: string,
  { shape }: NumberArray,
  sampleIds: readonly string[] | undefined,
): readonly string[] {
  if (sampleIds === undefined) {
    throw unifracError(
      'OPTION_INVALID',
      `${quotedPath(path)} has no sample ids. Pass sampleIds, in the order of its rows.`,
    );
  }
  if (shape[0] !== sampleIds.length) {
    throw unifracError(
      'MATRIX_INVALID',
      `${quotedPath(path)} has ${shape[0] ?? 0} rows for ${sampleIds.length} samples, and no ids to match them by. ` +
        'Pass the ids of exactly its rows, or use a format that has ids.',
      { details: { path, rowCount: shape[0] ?? 0, sampleCount: sampleIds.length } },
    );
  }
  return sampleIds;
}
