// Names and metadata of samples and features in a BIOM 2.x file. Knows HDF5 only through Hdf5File, and no counts.
import type { DistinctTexts } from '../hdf5/distinct-texts.js';
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
  const [, ranks] = data.shape;
  const taxonomy: (readonly string[])[] = [];
  for await (const { values, indices } of file.distinctTexts(data)) {
    if (ranks !== undefined) {
      addLineages(taxonomy, { values: values.map((rank) => rank.trim()), indices }, ranks);
      continue;
    }
    const lineages = values.map(lineage);
    for (const index of indices) taxonomy.push(lineages[index]!);
  }
  return taxonomy;
}

/**
 * Adds the lineage of each feature, whose ranks stand one after the other; an empty rank is none. Features of one lineage
 * share a list, since a table has far fewer lineages than features.
 */
function addLineages(taxonomy: (readonly string[])[], { values, indices }: DistinctTexts, ranks: number): void {
  const before = taxonomy.length;
  /** The feature seen last of each hash; another lineage of the same hash only costs a list of its own. */
  const seen = new Map<number, number>();
  for (let feature = 0; feature * ranks < indices.length; feature++) {
    let hash = 0;
    for (let i = 0; i < ranks; i++) hash = (Math.imul(hash, 31) + indices[feature * ranks + i]!) | 0;
    const like = seen.get(hash);
    let same = like === undefined ? -1 : 0;
    while (same >= 0 && same < ranks && indices[like! * ranks + same] === indices[feature * ranks + same]) same++;
    if (same === ranks) {
      taxonomy.push(taxonomy[before + like!]!);
      continue;
    }
    seen.set(hash, feature);
    const named = indices.subarray(feature * ranks, (feature + 1) * ranks).filter((index) => values[index] !== '');
    taxonomy.push(Array.from(named, (index) => values[index]!));
  }
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
