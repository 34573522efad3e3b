// Reads BIOM 2.x: where the parts of a feature table lie inside an HDF5 file. Knows HDF5 only through Hdf5File.
import { type Hdf5DataSet, Hdf5File, type OpenHdf5Options } from '../hdf5/hdf5-file.js';
import { quoted } from '../text/quoted.js';
import { buildFeatureTable, type FeatureTableEntries } from './build-feature-table.js';
import type { FeatureTable } from './feature-table.js';
import { lineage } from './lineage.js';

/** The feature table of a BIOM 2.x file. Either of its two matrices is enough. */
export async function readBiomHdf5(path: string, options: OpenHdf5Options = {}): Promise<FeatureTable> {
  await using file = await Hdf5File.open(path, options);
  const sampleIds = await readIds(file, 'sample/ids');
  const featureIds = await readIds(file, 'observation/ids');
  const matrix = await readMatrix(file, { sample: sampleIds.length, observation: featureIds.length });
  return buildFeatureTable({
    sampleIds,
    featureIds,
    ...matrix,
    taxonomy: await readTaxonomy(file, featureIds.length),
    sampleMetadata: await readSampleMetadata(file, sampleIds.length),
  });
}

async function readIds(file: Hdf5File, name: string): Promise<readonly string[]> {
  const ids = await file.describe(name);
  if (ids === undefined) {
    const found = ((await file.names('/')) ?? []).slice(0, 8).map(quoted).join(', ');
    throw file.malformed(`it is no BIOM table: there is no data set ${quoted(name)} (found ${found || 'nothing'})`);
  }
  return readTexts(file, ids);
}

async function readTexts(file: Hdf5File, data: Hdf5DataSet): Promise<readonly string[]> {
  return data.kind === 'numbers' ? Array.from(await file.numbers(data), String) : file.texts(data);
}

type Axis = 'sample' | 'observation';

type Entries = Pick<FeatureTableEntries, 'samples' | 'features' | 'counts'>;

async function readMatrix(file: Hdf5File, lengths: Readonly<Record<Axis, number>>): Promise<Entries> {
  for (const axis of ['sample', 'observation'] as const) {
    const parts = await describeMatrix(file, axis);
    if (parts === undefined) continue;
    const { major, minor, counts } = await readCompressed(file, axis, lengths, parts);
    return axis === 'sample'
      ? { samples: major, features: minor, counts }
      : { samples: minor, features: major, counts };
  }
  throw file.malformed('it has neither "sample/matrix" nor "observation/matrix" with data, indices and indptr');
}

interface MatrixParts {
  readonly data: Hdf5DataSet;
  readonly indices: Hdf5DataSet;
  readonly indptr: Hdf5DataSet;
}

async function describeMatrix(file: Hdf5File, axis: Axis): Promise<MatrixParts | undefined> {
  const data = await file.describe(`${axis}/matrix/data`);
  const indices = await file.describe(`${axis}/matrix/indices`);
  const indptr = await file.describe(`${axis}/matrix/indptr`);
  return data && indices && indptr && { data, indices, indptr };
}

async function readCompressed(
  file: Hdf5File,
  axis: Axis,
  lengths: Readonly<Record<Axis, number>>,
  parts: MatrixParts,
): Promise<{ major: Uint32Array; minor: Uint32Array; counts: Float64Array }> {
  const majorCount = lengths[axis];
  const counts = await file.numbers(parts.data);
  const indices = await file.numbers(parts.indices);
  const starts = await file.numbers(parts.indptr);
  if (indices.length !== counts.length || starts.length !== majorCount + 1) {
    throw file.malformed(
      `${quoted(`${axis}/matrix`)} has ${counts.length} counts, ${indices.length} indices and ${starts.length} row ` +
        `starts, which does not fit ${majorCount} ${axis}s`,
    );
  }
  const minorCount = lengths[axis === 'sample' ? 'observation' : 'sample'];
  const minor = Uint32Array.from(indices);
  const wrong = indices.findIndex((index, i) => minor[i] !== index || index >= minorCount);
  if (wrong !== -1) throw file.malformed(`${quoted(parts.indices.name)} holds ${indices[wrong]}, beyond its axis`);
  return { major: majors(file, parts.indptr.name, starts, counts.length), minor, counts };
}

/** Row of each entry, from the starts of the rows. */
function majors(file: Hdf5File, name: string, starts: Float64Array, entryCount: number): Uint32Array {
  const major = new Uint32Array(entryCount);
  for (let row = 0; row + 1 < starts.length; row++) {
    const [start, end] = [starts[row]!, starts[row + 1]!];
    if (!(start <= end && end <= entryCount && Number.isInteger(end))) {
      throw file.malformed(`${quoted(name)} is no ascending list of row starts (${end} after ${start})`);
    }
    major.fill(row, start, end);
  }
  if (starts[0] !== 0 || starts.at(-1) !== entryCount) {
    throw file.malformed(`${quoted(name)} does not run from 0 to the ${entryCount} counts`);
  }
  return major;
}

async function readTaxonomy(file: Hdf5File, featureCount: number): Promise<readonly (readonly string[])[] | undefined> {
  const data = await file.describe('observation/metadata/taxonomy');
  if (data?.kind !== 'texts' || data.shape[0] !== featureCount || data.shape.length > 2) return undefined;
  const texts = await file.texts(data);
  const [, ranks] = data.shape;
  if (ranks === undefined) return texts.map(lineage);
  return Array.from({ length: featureCount }, (_, feature) =>
    texts
      .slice(feature * ranks, (feature + 1) * ranks)
      .map((rank) => rank.trim())
      .filter((rank) => rank !== ''),
  );
}

async function readSampleMetadata(
  file: Hdf5File,
  sampleCount: number,
): Promise<ReadonlyMap<string, readonly (string | null)[]> | undefined> {
  const columns = new Map<string, readonly string[]>();
  for (const name of (await file.names('sample/metadata')) ?? []) {
    const data = await file.describe(`sample/metadata/${name}`);
    if (data === undefined || data.kind === 'other' || data.shape.length !== 1) continue;
    if (data.shape[0] === sampleCount) columns.set(name, await readTexts(file, data));
  }
  return columns.size === 0 ? undefined : columns;
}
