// Distance matrices from files, in the order asked for; of the formats, those that are read.
import { DistanceMatrix, readDistanceMatrix } from '@seq/unifrac';
import type { Check } from '../check.js';
import { tolerance } from '../tolerances.js';
import type { VectorCase } from '../vector-set.js';
import type { Vector } from '../vectors.js';
import { checkRefusal } from './refusal.js';

interface FileEntry {
  readonly file: string;
  readonly requested_ids: readonly string[];
  readonly format_hint: string;
  readonly reference: {
    readonly ids?: readonly string[];
    readonly values?: readonly (readonly number[])[];
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
    const title = `${name}/${i}_${entry.file}`;
    const extension = entry.file.slice(entry.file.lastIndexOf('.'));
    if (entry.format_hint !== 'pairwise')
      yield { name: title, unsupported: `files of the kind "${entry.format_hint}" are not read yet` };
    else if (['.npy', '.npz', '.h5', '.hdf5'].includes(extension))
      yield { name: title, unsupported: `${extension} matrices are not read yet` };
    else yield { name: title, run: (check) => checkFile(path(entry.file), entry, check) };
  }
}

async function checkFile(
  path: string,
  { requested_ids: sampleIds, reference }: FileEntry,
  check: Check,
): Promise<void> {
  if (reference.error !== undefined) {
    const codes = ['SAMPLE_UNKNOWN', 'FILE_FORMAT_UNKNOWN', 'FILE_MALFORMED', 'MATRIX_INVALID'];
    await checkRefusal(() => readDistanceMatrix(path, { sampleIds }), { codes }, check);
    return;
  }
  const matrix = await readDistanceMatrix(path, { sampleIds });
  check.equal('ids', matrix.ids, reference.ids);
  check.close('distances', squareOf(matrix), reference.values!.flat(), tolerance('float64/scalar'));
}

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
