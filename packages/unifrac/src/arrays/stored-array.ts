// An array in a .npy, .npz, HDF5 or Arrow file, opened by name and read row by row. Knows not what the numbers mean.
import {
  firstFew,
  Hdf5File,
  mostFileBytes,
  quotedPath,
  readArrowVectors,
  readStart,
  readUnpacked,
  ZipArchive,
} from '@seq/data/files';
import { unifracError } from '../errors.js';
import type { Numbers } from '../matrix/distance-rows.js';
import { bytesInMemory, openBytes } from './byte-source.js';
import { npyArray, npyTexts } from './npy-array.js';

/** An array whose rows are read as asked for. */
export interface StoredArray extends AsyncDisposable {
  /** Path, and key inside the file, for errors. */
  readonly name: string;
  /** Length per dimension; empty for a single number. */
  readonly shape: readonly number[];
  /** Names of the rows, where the file has them. */
  readonly ids: readonly string[] | undefined;
  /** Rows from `start` to before `end`, one after the other. */
  rows(start: number, end: number): Promise<Numbers>;
}

/** Formats that hold arrays. */
export type ArrayFormat = 'npy' | 'npz' | 'h5' | 'arrow';

/** Whether a format holds arrays, and not text. */
export function isArrayFormat(format: string): format is ArrayFormat {
  return ['npy', 'npz', 'h5', 'arrow'].includes(format);
}

/** How an array is chosen. */
export interface OpenArrayOptions {
  /** Which of several results of one file (`matrix:0`, `matrix:1`, ...). Default: the only one. */
  readonly resultIndex?: number | undefined;
  /** Ends the reading. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that one step of a library may take. Default 60 000. */
  readonly stallTimeoutMs?: number | undefined;
}

/** Names under which distances and diversities are stored, in the order in which they are looked for. */
const knownKeys = ['distances', 'stripe_distances', 'faith_pd', 'matrix'];
/** Names under which the ids of rows are stored. */
const idKeys = ['ids', 'order'];

/**
 * The array of a `.npy` or Arrow file, or that of an `.npz` archive or HDF5 file under one of the known names, else its only
 * one.
 *
 * @throws SeqError as reading a file, and `FILE_MALFORMED` if there are several arrays of unknown names;
 *   `OPTION_INVALID` if there are several results, or not the one asked for.
 */
export async function openArray(
  path: string,
  format: ArrayFormat,
  options: OpenArrayOptions = {},
): Promise<StoredArray> {
  const { signal } = options;
  if (format === 'npy') return openNpy(path, signal);
  if (format === 'h5') return openHdf5Array(path, options);
  if (format === 'arrow') return openArrowArray(path, options);
  const archive = await ZipArchive.open(path, await readUnpacked(path, { signal, mostBytes: mostFileBytes }));
  const keys = archive.names.filter((name) => name.endsWith('.npy')).map((name) => name.slice(0, -'.npy'.length));
  const key = chosenKey(path, keys, options);
  const member = async (of: string): Promise<ReturnType<typeof bytesInMemory>> =>
    bytesInMemory((await archive.read(`${of}.npy`))!);
  const idKey = idKeys.find((known) => keys.includes(known));
  const ids = idKey === undefined ? undefined : await npyTexts(`${path}:${idKey}`, await member(idKey));
  return withIds(await npyArray(`${path}:${key}`, await member(key)), ids);
}

async function openNpy(path: string, signal: AbortSignal | undefined): Promise<StoredArray> {
  const bytes = await openBytes(path, signal);
  try {
    return await npyArray(path, bytes);
  } catch (cause) {
    await bytes[Symbol.asyncDispose]();
    throw cause;
  }
}

async function openArrowArray(path: string, { signal, stallTimeoutMs }: OpenArrayOptions): Promise<StoredArray> {
  const { ids, width, values } = await readArrowVectors(path, { signal, stallTimeoutMs });
  const perRow = width ?? 1;
  const rows = async (start: number, end: number): Promise<Numbers> => values.subarray(start * perRow, end * perRow);
  const shape = width === undefined ? [ids.length] : [ids.length, width];
  return { name: path, shape, ids, rows, [Symbol.asyncDispose]: async () => {} };
}

async function openHdf5Array(path: string, options: OpenArrayOptions): Promise<StoredArray> {
  // Tells a missing file from a damaged one.
  await readStart(path, 1);
  const file = await Hdf5File.open(path, { signal: options.signal, stallTimeoutMs: options.stallTimeoutMs });
  try {
    const keys = (await file.names('/')) ?? [];
    const key = chosenKey(path, keys, options);
    const found = await file.describe(key);
    if (found?.kind !== 'numbers') throw file.malformed(`"${key}" is no data set of numbers`);
    const idKey = idKeys.find((known) => keys.includes(known));
    const idSet = idKey === undefined ? undefined : await file.describe(idKey);
    const ids = idSet?.kind === 'texts' && idSet.shape.length === 1 ? await file.texts(idSet) : undefined;
    const rows = async (start: number, end: number): Promise<Numbers> => {
      const numbers = await file.rows(found, { start, end });
      return numbers instanceof Float32Array || numbers instanceof Float64Array ? numbers : Float64Array.from(numbers);
    };
    const { shape } = found;
    const dispose = (): Promise<void> => file[Symbol.asyncDispose]();
    return withIds({ name: `${path}:${key}`, shape, ids: undefined, rows, [Symbol.asyncDispose]: dispose }, ids);
  } catch (cause) {
    await file[Symbol.asyncDispose]();
    throw cause;
  }
}

function withIds(array: StoredArray, ids: readonly string[] | undefined): StoredArray {
  if (ids === undefined) return array;
  if (ids.length === array.shape[0]) return { ...array, ids };
  const message = `${quotedPath(array.name)} has ${array.shape[0] ?? 0} rows and ${ids.length} ids. Write it again.`;
  throw unifracError('FILE_MALFORMED', message, { details: { path: array.name } });
}

const resultKey = /^matrix:(\d+)$/;

function chosenKey(path: string, keys: readonly string[], { resultIndex }: OpenArrayOptions): string {
  const results = keys.filter((key) => resultKey.test(key));
  if (results.length > 0 || resultIndex !== undefined) {
    const wanted = resultIndex === undefined && results.length === 1 ? results[0] : `matrix:${resultIndex}`;
    if (wanted !== undefined && results.includes(wanted)) return wanted;
    const asked = resultIndex === undefined ? 'Say which with resultIndex' : `There is no number ${resultIndex}`;
    throw unifracError('OPTION_INVALID', `${quotedPath(path)} holds ${results.length} results. ${asked}, from 0.`, {
      details: { path, resultCount: results.length },
    });
  }
  const others = keys.filter((key) => !idKeys.includes(key));
  const key = knownKeys.find((known) => keys.includes(known)) ?? (others.length === 1 ? others[0] : undefined);
  if (key !== undefined) return key;
  throw unifracError(
    'FILE_MALFORMED',
    `${quotedPath(path)} holds ${keys.length} arrays (${firstFew(keys, 10)}), none of them called ${knownKeys.join(', ')}. ` +
      'Save the distances under one of these names.',
    { details: { path, keys } },
  );
}
