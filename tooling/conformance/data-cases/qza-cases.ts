// QIIME 2 artifacts: what they are, the bytes inside, and what every reader makes of them.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { numericColumn, readFasta, readFeatureTable, readSampleMetadata, resolveSequences } from '@seq/data';
import { openArtifact } from '@seq/data/files';
import { openTree, readAlphaDiversity, readDistanceMatrix } from '@seq/unifrac';
import type { Check } from '../check.js';
import { tolerance } from '../tolerances.js';
import type { VectorCase } from '../vector-set.js';
import type { Vector } from '../vectors.js';
import { squareOf } from './matrix-cases.js';
import { checkRefusal } from './refusal.js';
import { entriesOf } from './table-entries.js';

interface ArtifactContent {
  readonly file: string;
  readonly uuid: string;
  readonly semantic_type: string;
  readonly format: string;
  readonly data_files: readonly string[];
  readonly md5_of_data_files: Readonly<Record<string, string>>;
  readonly table?: {
    readonly observation_ids: readonly string[];
    readonly sample_ids: readonly string[];
    readonly coo: readonly (readonly [number, number, number])[];
  };
  readonly sequences_in_file_order?: readonly (readonly [string, string])[];
  readonly tips?: readonly string[];
  readonly distance_matrix?: { readonly ids: readonly string[]; readonly values: readonly (readonly number[])[] };
  readonly vector?: { readonly name: string; readonly ids: readonly string[]; readonly values: readonly number[] };
}

/** An entry of `qza/expected.json`. */
export type QzaEntry = ArtifactContent | { readonly file: string; readonly expected_error: string };

/** One case per file, and one for the join of table and sequences. */
export function* qzaCases({ name, path }: Vector, entries: readonly QzaEntry[]): Generator<VectorCase> {
  const pathOf = (part: 'table' | 'sequences_in_file_order'): string =>
    path(entries.find((entry) => part in entry)!.file);
  for (const entry of entries) {
    yield {
      name: `${name}/${entry.file}`,
      run: (check) =>
        'expected_error' in entry
          ? checkForeign(path(entry.file), check)
          : checkArtifact(path(entry.file), entry, check),
    };
  }
  yield {
    name: `${name}/joined`,
    run: (check) => checkJoin(pathOf('table'), pathOf('sequences_in_file_order'), check),
  };
}

async function checkForeign(path: string, check: Check): Promise<void> {
  const refusal = { codes: ['FILE_MALFORMED'], naming: ['no QIIME 2 artifact', 'VERSION'] };
  for (const read of [readFeatureTable, readFasta, readSampleMetadata, openTree, readDistanceMatrix]) {
    await checkRefusal(() => read(path), refusal, check);
  }
}

async function checkArtifact(path: string, entry: ArtifactContent, check: Check): Promise<void> {
  const artifact = await openArtifact(path, await readFile(path));
  check.equal(
    'identity',
    [artifact.uuid, artifact.type, artifact.format],
    [entry.uuid, entry.semantic_type, entry.format],
  );
  check.equal('files', artifact.files, entry.data_files);
  for (const name of artifact.files) {
    const checksum = createHash('md5')
      .update(await artifact.data(name))
      .digest('hex');
    check.equal(`checksum of ${name}`, checksum, entry.md5_of_data_files[name]);
  }
  await checkContent(path, entry, check);
}

async function checkContent(path: string, entry: ArtifactContent, check: Check): Promise<void> {
  if (entry.table) await checkTable(path, entry.table, check);
  if (entry.sequences_in_file_order) {
    check.equal('sequences', [...(await readFasta(path))], entry.sequences_in_file_order);
  }
  if (entry.tips) {
    using tree = await openTree(path);
    check.equal('tips', tree.tipNames, entry.tips);
  }
  if (entry.distance_matrix) {
    const { ids, values } = entry.distance_matrix;
    const matrix = await readDistanceMatrix(path);
    check.equal('ids', matrix.ids, ids);
    check.close('distances', squareOf(matrix), values.flat(), tolerance('float64/scalar'));
  }
  if (entry.vector) {
    const { name, ids, values } = entry.vector;
    const metadata = await readSampleMetadata(path);
    check.equal('ids', metadata.sampleIds, ids);
    check.close(name, numericColumn(metadata, { column: name }), values, tolerance('float64/scalar'));
    const diversity = await readAlphaDiversity(path, { sampleIds: ids });
    check.close(`${name} as alpha diversity`, diversity.values, values, tolerance('float64/scalar'));
  }
}

async function checkTable(path: string, wanted: NonNullable<ArtifactContent['table']>, check: Check): Promise<void> {
  const table = await readFeatureTable(path);
  check.equal('feature ids', table.featureIds, wanted.observation_ids);
  check.equal('sample ids', table.sampleIds, wanted.sample_ids);
  check.equal('counts', entriesOf(table), wanted.coo);
}

/** Every feature of the table finds its sequence, whose MD5 its id is. */
async function checkJoin(tablePath: string, sequencesPath: string, check: Check): Promise<void> {
  const table = await readFeatureTable(tablePath);
  const { sequences, report } = resolveSequences(table, { fasta: await readFasta(sequencesPath) });
  check.equal('sequences from the artifact', report.fromFasta, table.featureCount);
  const hashes = sequences.map((sequence) => createHash('md5').update(sequence).digest('hex'));
  check.equal('MD5 of the sequences', hashes, table.featureIds);
}
