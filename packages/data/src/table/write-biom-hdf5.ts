// Writes BIOM 2.1: where the parts of a feature table lie inside an HDF5 file. Knows HDF5 only through Hdf5Writer.
import { dataError } from '../errors.js';
import type { OpenHdf5Options } from '../hdf5/hdf5-file.js';
import { type Hdf5Writer, writeHdf5 } from '../hdf5/hdf5-writer.js';
import { featureMajor } from './feature-major.js';
import type { FeatureTable } from './feature-table.js';
import { requireTexts } from './require-writable.js';
import { storedColumnName } from './stored-column-name.js';

/** biom-format stores indices in 32 bits with a sign. */
const mostEntries = 2 ** 31 - 1;

/** Writes a table as BIOM 2.1, both of its matrices, compressed. */
export async function writeBiomHdf5(table: FeatureTable, path: string, options: OpenHdf5Options = {}): Promise<void> {
  requireFitting(table);
  await writeHdf5(
    path,
    async (file) => {
      await writeHead(file, table);
      await writeFeatures(file, table);
      await writeSamples(file, table);
    },
    options,
  );
}

function requireFitting({ entryCount, sampleIds, featureIds, taxonomy, sampleMetadata }: FeatureTable): void {
  if (entryCount > mostEntries) {
    throw dataError(
      'TABLE_INVALID',
      `writeFeatureTable: the table has ${entryCount} counts, BIOM 2.1 holds ${mostEntries}. Write several files.`,
    );
  }
  const isFine = (text: string): boolean => !text.includes('\0');
  requireTexts('sample id', sampleIds, isFine, 'a null character');
  requireTexts('feature id', featureIds, isFine, 'a null character');
  requireTexts('rank', (taxonomy ?? []).flat(), isFine, 'a null character');
  const isName = (name: string): boolean => isFine(name) && !/^\.*$/.test(name);
  requireTexts('metadata column', [...(sampleMetadata ?? new Map()).keys()], isName, 'a name of dots or nothing');
  for (const [name, values] of sampleMetadata ?? []) {
    requireTexts(
      `value of ${name}`,
      values.map((value) => value ?? ''),
      isFine,
      'a null character',
    );
  }
}

async function writeHead(file: Hdf5Writer, table: FeatureTable): Promise<void> {
  await file.attribute('id', 'No Table ID');
  await file.attribute('type', 'OTU table');
  await file.attribute('format-url', 'http://biom-format.org');
  await file.attribute('format-version', [2, 1]);
  await file.attribute('generated-by', '@seq/data');
  await file.attribute('creation-date', new Date().toISOString().replace('Z', ''));
  await file.attribute('shape', [table.featureCount, table.sampleCount]);
  await file.attribute('nnz', table.entryCount);
}

async function writeFeatures(file: Hdf5Writer, table: FeatureTable): Promise<void> {
  const { featureOffsets, sampleIndices, counts } = featureMajor(table);
  await writeAxis(file, 'observation', table.featureIds, { counts, indices: sampleIndices, starts: featureOffsets });
  if (table.taxonomy === undefined) return;
  const width = table.taxonomy.reduce((most, ranks) => Math.max(most, ranks.length), 1);
  const padded = table.taxonomy.flatMap((ranks) => Array.from({ length: width }, (_, i) => ranks[i] ?? ''));
  await file.texts('observation/metadata/taxonomy', padded, [table.featureCount, width]);
}

async function writeSamples(file: Hdf5Writer, table: FeatureTable): Promise<void> {
  const { counts, featureIndices, sampleOffsets } = table;
  await writeAxis(file, 'sample', table.sampleIds, { counts, indices: featureIndices, starts: sampleOffsets });
  for (const [name, values] of table.sampleMetadata ?? []) {
    const texts = values.map((value) => value ?? '');
    await file.texts(`sample/metadata/${storedColumnName(name)}`, texts);
  }
}

interface Compressed {
  readonly counts: Float64Array;
  readonly indices: Uint32Array;
  readonly starts: Uint32Array;
}

async function writeAxis(
  file: Hdf5Writer,
  axis: 'sample' | 'observation',
  ids: readonly string[],
  { counts, indices, starts }: Compressed,
): Promise<void> {
  for (const group of ['', '/metadata', '/group-metadata', '/matrix']) await file.group(axis + group);
  await file.numbers(`${axis}/matrix/data`, counts);
  await file.numbers(`${axis}/matrix/indices`, Int32Array.from(indices));
  await file.numbers(`${axis}/matrix/indptr`, Int32Array.from(starts));
  await file.texts(`${axis}/ids`, ids);
}
