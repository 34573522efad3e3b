// Writes a part of a distance matrix to an HDF5 file, and reads it back. Knows not how parts are joined.
import { Hdf5File, quotedPath, readStart, writePlainHdf5, writeWhole } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { type DistancePart, pairsInRows } from './distance-part.js';

const format = 'SEQPART';
const version = '1';

/** Options of the functions that write and read parts. */
export interface PartFileOptions {
  /** Ends the work; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a part as HDF5: `format`, `version`, `order` (ids of all samples), `fingerprint`, `description`, `rows` (first, end)
 * and `distances`. An existing file is replaced, at the end and at once.
 *
 * @throws SeqError `FILE_NOT_WRITTEN`.
 */
export async function writeDistancePart(
  part: DistancePart,
  path: string,
  { signal }: PartFileOptions = {},
): Promise<void> {
  const { ids, firstRow, endRow, fingerprint, description, distances } = part;
  const rows = Uint32Array.of(firstRow, endRow);
  await writeWhole(path, (file) =>
    writePlainHdf5(
      file,
      [
        { name: 'format', texts: [format], length: 'fixed' },
        { name: 'version', texts: [version], length: 'fixed' },
        { name: 'order', texts: ids, length: 'variable' },
        { name: 'fingerprint', texts: [fingerprint], length: 'fixed' },
        { name: 'description', texts: [description], length: 'variable' },
        { name: 'rows', shape: [2], format: 'u32', values: [rows] },
        { name: 'distances', shape: [distances.length], format: 'f64', values: [distances] },
      ],
      { signal },
    ),
  );
}

/**
 * Reads a part that {@link writeDistancePart} wrote.
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_MALFORMED` if it is no such file or its numbers do not fill
 *   its rows.
 */
export async function readDistancePart(path: string, { signal }: PartFileOptions = {}): Promise<DistancePart> {
  await readStart(path, 1);
  await using file = await Hdf5File.open(path, { signal });
  const texts = async (name: string): Promise<readonly string[]> => {
    const found = await file.describe(name);
    if (found?.kind !== 'texts') throw noPart(path, `it has no ${name}`);
    return file.texts(found);
  };
  const numbers = async (name: string): Promise<ArrayLike<number>> => {
    const found = await file.describe(name);
    if (found?.kind !== 'numbers' || found.shape.length !== 1) throw noPart(path, `it has no ${name}`);
    return file.numbers(found);
  };
  const [found] = await texts('format').catch(() => []);
  if (found !== format) throw noPart(path, `its format is ${found === undefined ? 'none' : JSON.stringify(found)}`);
  const [foundVersion] = await texts('version');
  if (foundVersion !== version)
    throw noPart(path, `it is of version ${foundVersion}, which this program does not know`);
  const ids = await texts('order');
  const [firstRow = -1, endRow = -1] = Array.from(await numbers('rows'));
  if (!(0 <= firstRow && firstRow <= endRow && endRow <= ids.length)) {
    throw noPart(path, `rows ${firstRow} to ${endRow} are none of ${ids.length}`);
  }
  const distances = Float64Array.from(await numbers('distances'));
  const wanted = pairsInRows(ids.length, firstRow, endRow);
  if (distances.length !== wanted)
    throw noPart(path, `it has ${distances.length} distances where ${wanted} are needed`);
  const [[fingerprint = ''], [description = '']] = [await texts('fingerprint'), await texts('description')];
  return { ids, firstRow, endRow, fingerprint, description, distances };
}

function noPart(path: string, reason: string): Error {
  const message = `${quotedPath(path)} is no part of a distance matrix: ${reason}. Compute it again with aam unifrac --part.`;
  return unifracError('FILE_MALFORMED', message, { details: { path } });
}
