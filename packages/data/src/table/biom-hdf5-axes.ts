// Names and metadata of samples and features in a BIOM 2.x file. Knows HDF5 only through Hdf5File, and no counts.
import type { Hdf5DataSet, Hdf5File } from '../hdf5/hdf5-file.js';
import { quoted } from '../text/quoted.js';
import { lineage } from './lineage.js';
import { columnNameOf } from './stored-column-name.js';

/** The ids in a data set; an error that says what the file is where there is none. */
export async function readIds(file: Hdf5File, name: string): Promise<readonly string[]> {
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

/** Ranks of each feature; undefined where the file has none. */
export async function readFeatureTaxonomy(
  file: Hdf5File,
  featureCount: number,
): Promise<readonly (readonly string[])[] | undefined> {
  const data = await file.describe('observation/metadata/taxonomy');
  if (data?.kind !== 'texts' || data.shape[0] !== featureCount || data.shape.length > 2) return undefined;
  const texts = await file.texts(data);
  const [, ranks] = data.shape;
  if (ranks === undefined) return texts.map(lineage);
  const taxonomy: string[][] = [];
  for (let feature = 0; feature < featureCount; feature++) {
    const filled: string[] = [];
    for (let i = feature * ranks; i < (feature + 1) * ranks; i++) {
      const rank = trimmed(texts[i]!);
      if (rank !== '') filled.push(rank);
    }
    taxonomy.push(filled);
  }
  return taxonomy;
}

/** Columns of metadata that the file itself has per sample; undefined where there are none. */
export async function readSampleColumns(
  file: Hdf5File,
  sampleCount: number,
): Promise<ReadonlyMap<string, readonly (string | null)[]> | undefined> {
  const columns = new Map<string, readonly string[]>();
  for (const name of (await file.names('sample/metadata')) ?? []) {
    const data = await file.describe(`sample/metadata/${name}`);
    if (data === undefined || data.kind === 'other' || data.shape.length !== 1) continue;
    if (data.shape[0] === sampleCount) columns.set(columnNameOf(name), await readTexts(file, data));
  }
  return columns.size === 0 ? undefined : columns;
}

/** `trim`, which is only called where something might be there to remove: it takes long. */
function trimmed(text: string): string {
  const [first, last] = [text.charCodeAt(0), text.charCodeAt(text.length - 1)];
  return first > 32 && first < 128 && last > 32 && last < 128 ? text : text.trim();
}
