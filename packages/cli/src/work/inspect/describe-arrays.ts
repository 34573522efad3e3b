// What is in NumPy files: kinds and shapes of their arrays. Knows not what the numbers mean.
import { ZipArchive } from '@seq/data/files';
import { InputError } from '../../failure.js';
import type { Description } from '../inspect-file.js';

const magic = '\x93NUMPY';

/** Whether bytes begin like a `.npy` file. */
export function isNpy(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, magic.length)).toString('latin1') === magic;
}

/** Kind and shape of an array, as its header says: `3 x 3 of <f8`. */
function shapeOf(path: string, bytes: Uint8Array): string {
  const header = Buffer.from(bytes.subarray(0, 4096)).toString('latin1');
  const [, type, shape] = /'descr': '([^']*)'.*'shape': \(([\d, ]*)\)/.exec(header) ?? [];
  if (!isNpy(bytes) || type === undefined || shape === undefined) {
    throw new InputError(`inspect: ${JSON.stringify(path)} has no header of a NumPy array. Copy or export it again.`);
  }
  const lengths = shape.split(',').map((length) => length.trim());
  return `${lengths.filter((length) => length !== '').join(' x ') || 'one'} of ${type}`;
}

/** The array of a `.npy` file, given its start. */
export function describeNpy(path: string, start: Uint8Array): Description {
  return [
    ['kind', 'array (.npy)'],
    ['shape', shapeOf(path, start)],
  ];
}

/** The arrays of an `.npz` archive; undefined if it is an archive of anything else. */
export async function describeNpz(path: string, bytes: Uint8Array): Promise<Description | undefined> {
  const archive = await ZipArchive.open(path, bytes);
  const { names } = archive;
  if (names.length === 0 || !names.every((name) => name.endsWith('.npy'))) return undefined;
  const lines: (readonly [string, string])[] = [];
  for (const name of names) {
    lines.push([`  ${name.slice(0, -'.npy'.length)}`, shapeOf(path, (await archive.read(name))!)]);
  }
  return [['kind', 'arrays (.npz)'], ['arrays', names.length], ...lines];
}
