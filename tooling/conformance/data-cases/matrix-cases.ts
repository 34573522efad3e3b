// Distances, blocks of distances and diversities from files, in the order asked for.
import { dirname, join } from 'node:path';
import { DistanceMatrix, readAlphaDiversity, readDistanceMatrix, readReferenceDistances } from '@seq/unifrac';
import type { Check } from '../check.js';
import { tolerance } from '../tolerances.js';
import type { VectorCase } from '../vector-set.js';
import type { Vector } from '../vectors.js';
import { checkRefusal } from './refusal.js';

interface FileEntry {
  readonly file: string;
  readonly requested_ids: readonly string[];
  readonly format_hint: 'pairwise' | 'stripe' | 'faith_pd';
  readonly reference: {
    readonly ids?: readonly string[];
    readonly values?: readonly (number | readonly number[])[];
    readonly shape?: readonly number[];
    readonly error?: string;
  };
}

interface ExtractionEntry {
  readonly operation: string;
  readonly source_ids: readonly string[];
  readonly source_values: readonly (readonly number[])[];
  readonly batch_ids: readonly string[];
  readonly expected: readonly (readonly number[])[];
}

/** An entry of `matrices/expected.json`. */
export type MatrixEntry = FileEntry | ExtractionEntry;

/** One case per entry. */
export function* matrixCases({ name, path }: Vector, entries: readonly MatrixEntry[]): Generator<VectorCase> {
  for (const [i, entry] of entries.entries()) {
    if ('operation' in entry) {
      yield { name: `${name}/${entry.operation.replaceAll(' ', '_')}`, run: (check) => checkExtraction(entry, check) };
      continue;
    }
    // Not all of the files exist, on purpose.
    const file = join(dirname(path('expected.json')), entry.file);
    yield { name: `${name}/${i}_${entry.file}`, run: (check) => checkFile(file, entry, check) };
  }
}

const refusals = [
  'SAMPLE_UNKNOWN',
  'FILE_FORMAT_UNKNOWN',
  'FILE_MALFORMED',
  'FILE_NOT_FOUND',
  'MATRIX_INVALID',
  'OPTION_INVALID',
];

async function checkFile(path: string, entry: FileEntry, check: Check): Promise<void> {
  const { requested_ids: sampleIds, reference, format_hint: kind } = entry;
  if (reference.error !== undefined) {
    await checkRefusal(() => readers[kind](path, entry), { codes: refusals }, check);
    return;
  }
  const { ids, values, shape } = await readers[kind](path, entry);
  check.equal('ids', ids, reference.ids ?? sampleIds);
  if (reference.shape !== undefined) check.equal('shape', shape, reference.shape);
  check.close('values', values, reference.values!.flat(), tolerance('float64/scalar'));
}

interface Found {
  readonly ids: readonly string[];
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** Readers by what a file holds. */
const readers: Readonly<Record<FileEntry['format_hint'], (path: string, entry: FileEntry) => Promise<Found>>> = {
  pairwise: async (path, { requested_ids: sampleIds, reference }) => {
    // Where the reference went on without some samples, so do we, told to.
    const missingSamples = (reference.ids ?? sampleIds).length < sampleIds.length ? 'drop' : 'error';
    const matrix = await readDistanceMatrix(path, { sampleIds, missingSamples });
    return { ids: matrix.ids, shape: [matrix.size, matrix.size], values: squareOf(matrix) };
  },
  stripe: async (path, { requested_ids: sampleIds }) => {
    const block = await readReferenceDistances(path, { sampleIds });
    return { ids: block.sampleIds, shape: [sampleIds.length, block.referenceCount], values: block.distances };
  },
  faith_pd: async (path, { requested_ids: sampleIds }) => {
    const { sampleIds: ids, values } = await readAlphaDiversity(path, { sampleIds });
    return { ids, shape: [ids.length], values };
  },
};

/** The whole square of a matrix, row by row. */
export function squareOf(matrix: DistanceMatrix): number[] {
  const rows = [...matrix.ids.keys()];
  return rows.flatMap((i) => rows.map((j) => matrix.get(i, j)));
}

async function checkExtraction(entry: ExtractionEntry, check: Check): Promise<void> {
  const all = DistanceMatrix.fromSquare(entry.source_ids, entry.source_values.flat());
  check.close('distances', squareOf(all.select(entry.batch_ids)), entry.expected.flat(), tolerance('float64/scalar'));
  const unknown = [...entry.batch_ids, 'no such sample'];
  await checkRefusal(() => all.select(unknown), { codes: ['SAMPLE_UNKNOWN'], naming: ['no such sample'] }, check);
}
