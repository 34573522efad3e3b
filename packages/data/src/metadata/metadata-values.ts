// Takes the values of one column for given samples: numbers for a target, texts for groups and categories.
import { dataError } from '../errors.js';
import { counted, firstFew, quoted } from '../text/quoted.js';
import { parseNumber } from './parse-number.js';
import type { SampleMetadata } from './sample-metadata.js';

/** Which values to take. */
export interface ColumnOptions {
  /** Name of the column. */
  readonly column: string;
  /** Samples, in the order wanted. Default: all of the metadata. */
  readonly sampleIds?: readonly string[] | undefined;
}

/**
 * Values of a column as numbers, one per sample, for use as a target.
 *
 * @throws SeqError `COLUMN_UNKNOWN`, `SAMPLE_UNKNOWN`, `TARGET_MISSING`, `TARGET_NOT_NUMERIC`; the last two name the first sample,
 *   its value and the count.
 */
export function numericColumn(
  metadata: SampleMetadata,
  { column, sampleIds = metadata.sampleIds }: ColumnOptions,
): Float64Array {
  const texts = textColumn(metadata, { column, sampleIds });
  const missing = texts.flatMap((text, i) => (text === null ? [sampleIds[i]!] : []));
  if (missing.length > 0) {
    throw dataError(
      'TARGET_MISSING',
      `${counted(missing.length, 'sample')} of ${sampleIds.length} have no value in column ${quoted(column)} ` +
        `(first: ${firstFew(missing)}). Leave them out, or fill in the values.`,
      { details: { column, count: missing.length, first: missing.slice(0, 3) } },
    );
  }
  const numbers = texts.map((text) => parseNumber(text!));
  const wrong = [...numbers.keys()].filter((i) => numbers[i] === undefined);
  if (wrong.length > 0) {
    const [sampleId, value] = [sampleIds[wrong[0]!]!, texts[wrong[0]!]!];
    throw dataError(
      'TARGET_NOT_NUMERIC',
      `${counted(wrong.length, 'sample')} of ${sampleIds.length} ${wrong.length === 1 ? 'has' : 'have'} a value in column ${quoted(column)} that is no ` +
        `number (first: ${quoted(value)} for sample ${quoted(sampleId)}). Choose a numeric column, or repair the values.`,
      { details: { column, count: wrong.length, sampleId, value } },
    );
  }
  return Float64Array.from(numbers as number[]);
}

/**
 * Values of a column as text, one per sample; null where it is missing.
 *
 * @throws SeqError `COLUMN_UNKNOWN`, `SAMPLE_UNKNOWN`.
 */
export function textColumn(
  metadata: SampleMetadata,
  { column, sampleIds = metadata.sampleIds }: ColumnOptions,
): readonly (string | null)[] {
  const { values } = metadata.column(column);
  const unknown = sampleIds.filter((id) => metadata.sampleIndex(id) === undefined);
  if (unknown.length > 0) {
    throw dataError(
      'SAMPLE_UNKNOWN',
      `${counted(unknown.length, 'sample')} of ${sampleIds.length} not in the metadata (first: ${firstFew(unknown)}). ` +
        'Match table and metadata first.',
      { details: { count: unknown.length, first: unknown.slice(0, 3) } },
    );
  }
  return sampleIds.map((id) => values[metadata.sampleIndex(id)!]!);
}

/**
 * The group of each sample: the text of a column that every sample must have.
 *
 * @throws SeqError `COLUMN_UNKNOWN`, `SAMPLE_UNKNOWN`, `GROUP_MISSING` naming the first sample without one.
 */
export function groupColumn(
  metadata: SampleMetadata,
  { column, sampleIds = metadata.sampleIds }: ColumnOptions,
): readonly string[] {
  const texts = textColumn(metadata, { column, sampleIds });
  const missing = sampleIds.filter((_, i) => texts[i] === null);
  if (missing.length === 0) return texts as readonly string[];
  throw dataError(
    'GROUP_MISSING',
    `${counted(missing.length, 'sample')} of ${sampleIds.length} have no value in the grouping column ${quoted(column)} ` +
      `(first: ${firstFew(missing)}). Leave them out, or fill in the values.`,
    { details: { column, count: missing.length, first: missing.slice(0, 3) } },
  );
}

/**
 * The samples that have a value in every one of some columns, in the order of the metadata. What is not there is left out
 * here; a value that is no number is an error of `numericColumn`, since it hints at a wrong column.
 *
 * @throws SeqError `COLUMN_UNKNOWN`
 */
export function samplesWithValues(metadata: SampleMetadata, columns: readonly string[]): string[] {
  const all = columns.map((column) => metadata.column(column).values);
  return metadata.sampleIds.filter((_, row) => all.every((values) => values[row] !== null));
}
