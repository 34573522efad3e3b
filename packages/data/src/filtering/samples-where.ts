// Chooses samples by conditions on their metadata, written as a person would.
import { dataError } from '../errors.js';
import { parseNumber } from '../metadata/parse-number.js';
import type { SampleMetadata } from '../metadata/sample-metadata.js';
import { quoted } from '../text/quoted.js';

/** Options of {@link samplesWhere}. */
export interface SamplesWhereOptions {
  /**
   * Conditions that all have to hold, joined by `&&`: a column, one of `=`, `!=`, `<`, `<=`, `>`, `>=`, and a value, such as
   * `site=gut && age>=2`. Blanks around columns and values do not matter, quotes are letters.
   */
  readonly where: string;
  /** Samples to choose from, in the order wanted. Default: all of the metadata. Those without metadata are not chosen. */
  readonly sampleIds?: readonly string[] | undefined;
}

type Comparison = (found: number, wanted: number) => boolean;

/** Longer ones first, so that `<=` is not read as `<`. */
const comparisons: readonly (readonly [sign: string, holds: Comparison | undefined])[] = [
  ['!=', undefined],
  ['<=', (found, wanted) => found <= wanted],
  ['>=', (found, wanted) => found >= wanted],
  ['=', undefined],
  ['<', (found, wanted) => found < wanted],
  ['>', (found, wanted) => found > wanted],
];

/**
 * Ids of the samples for which conditions on their metadata hold. A missing value fulfils no condition, not even `!=`.
 *
 * `=` and `!=` compare texts, and numbers in numeric columns (`1.0` equals `1` there); the others compare numbers.
 *
 * @throws SeqError `OPTION_INVALID` for a text that is no condition, or a comparison of size with a text or in a categorical
 *   column; `COLUMN_UNKNOWN`
 */
export function samplesWhere(metadata: SampleMetadata, options: SamplesWhereOptions): string[] {
  const { where, sampleIds = metadata.sampleIds } = options;
  const conditions = where.split('&&').map((text) => conditionOf(metadata, text.trim()));
  return sampleIds.filter((id) => {
    const row = metadata.sampleIndex(id);
    return row !== undefined && conditions.every((holds) => holds(row));
  });
}

function conditionOf(metadata: SampleMetadata, text: string): (row: number) => boolean {
  const { column: name, sign, value } = partsOf(metadata, text);
  const { values, type } = metadata.column(name);
  const compare = comparisons.find(([other]) => other === sign)![1];
  const wanted = parseNumber(value);
  if (compare !== undefined) {
    if (type !== 'numeric' || wanted === undefined) {
      const why = type === 'numeric' ? `${quoted(value)} is no number` : `column ${quoted(name)} is not numeric`;
      throw invalid(text, why);
    }
    return (row) => values[row] !== null && compare(Number(values[row]), wanted);
  }
  const isSame = (found: string): boolean =>
    type === 'numeric' && wanted !== undefined ? Number(found) === wanted : found === value;
  return (row) => values[row] !== null && isSame(values[row]!) === (sign === '=');
}

/** The text cut at the first sign that stands behind the name of a column, or else at the first one. */
function partsOf(metadata: SampleMetadata, text: string): { column: string; sign: string; value: string } {
  const cuts = Array.from(text, (_, at) => {
    const sign = comparisons.find(([one]) => text.startsWith(one, at))?.[0];
    return sign === undefined
      ? []
      : [{ column: text.slice(0, at).trim(), sign, value: text.slice(at + sign.length).trim() }];
  }).flat();
  const cut = cuts.find(({ column }) => metadata.columns.has(column)) ?? cuts[0];
  if (cut === undefined) throw invalid(text, 'it has no =, !=, <, <=, > or >=');
  if (cut.column === '' || cut.value === '')
    throw invalid(text, `there is nothing ${cut.column === '' ? 'before' : 'behind'} ${cut.sign}`);
  return cut;
}

function invalid(text: string, why: string): Error {
  return dataError(
    'OPTION_INVALID',
    `${quoted(text)} is no condition: ${why}. Write conditions as column=value, joined by &&.`,
    {
      details: { condition: text },
    },
  );
}
