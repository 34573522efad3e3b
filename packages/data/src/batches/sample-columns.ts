// What is known of samples besides their reads, ready to go into batches: targets, weights, categories. Knows no metadata.
import { dataError } from '../errors.js';
import { counted, quoted } from '../text/quoted.js';

/** Columns with one entry per sample; all are optional. */
export interface SampleColumns {
  /** K arrays with a value per sample, as a model learns them: already transformed. */
  readonly targets?: readonly ArrayLike<number>[] | undefined;
  /** Weight of each sample in a loss, at least 0. */
  readonly weights?: ArrayLike<number> | undefined;
  /** Code of the category of each sample, by column; whole numbers from 0. */
  readonly categoryCodes?: Readonly<Record<string, ArrayLike<number>>> | undefined;
}

/** The columns of samples in a batch or data set; those that were not given are absent. */
export interface PackedSampleColumns {
  /** Targets, [samples, K], sample after sample. */
  readonly targets?: Float32Array;
  /** Weight of each sample, [samples]. */
  readonly sampleWeights?: Float32Array;
  /** Category code of each sample, [samples], by column. */
  readonly categoryCodes?: Readonly<Record<string, Int32Array>>;
}

/**
 * Checks columns and packs them.
 *
 * @param sampleIds - samples in the order of the columns.
 * @throws SeqError `OPTION_INVALID` for another number of entries, a negative weight or a code that is no whole number,
 *   `TARGET_NOT_FINITE`; each names the first sample.
 */
export function packSampleColumns(
  asked: string,
  columns: SampleColumns,
  sampleIds: readonly string[],
): PackedSampleColumns {
  const { targets, weights, categoryCodes } = columns;
  const requireAll = (
    what: string,
    values: ArrayLike<number>,
    holds: (value: number) => boolean,
    need: string,
  ): void => {
    if (values.length !== sampleIds.length) {
      throw dataError(
        'OPTION_INVALID',
        `${asked}: ${what} has ${values.length} entries for ${counted(sampleIds.length, 'sample')}. Give one per sample.`,
      );
    }
    const wrong = sampleIds.flatMap((_, i) => (holds(values[i]!) ? [] : [i]));
    if (wrong.length === 0) return;
    throw dataError(
      need === 'a finite number' ? 'TARGET_NOT_FINITE' : 'OPTION_INVALID',
      `${asked}: ${what} of ${counted(wrong.length, 'sample')} of ${sampleIds.length} is not ${need} (first: ` +
        `${values[wrong[0]!]} for sample ${quoted(sampleIds[wrong[0]!]!)}). Leave these samples out, or repair the values.`,
      { details: { sampleId: sampleIds[wrong[0]!], count: wrong.length } },
    );
  };
  targets?.forEach((values, k) => {
    requireAll(`target ${k + 1}`, values, Number.isFinite, 'a finite number');
  });
  if (weights !== undefined) {
    requireAll(
      'the weight',
      weights,
      (value) => value >= 0 && value < Number.POSITIVE_INFINITY,
      'a number of at least 0',
    );
  }
  for (const [column, codes] of Object.entries(categoryCodes ?? {})) {
    const isCode = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < 2 ** 31;
    requireAll(`the category code ${quoted(column)}`, codes, isCode, 'a whole number of at least 0');
  }
  return {
    ...(targets === undefined ? {} : { targets: interleaved(targets, sampleIds.length) }),
    ...(weights === undefined ? {} : { sampleWeights: Float32Array.from(weights) }),
    ...(categoryCodes === undefined ? {} : { categoryCodes: mapped(categoryCodes, (codes) => Int32Array.from(codes)) }),
  };
}

/** The columns of the given samples, in their order. */
export function pickSampleColumns(
  { targets, sampleWeights, categoryCodes }: PackedSampleColumns,
  rows: ArrayLike<number>,
  sampleCount: number,
): PackedSampleColumns {
  const width = targets === undefined ? 0 : targets.length / sampleCount;
  const picked = Float32Array.from({ length: rows.length * width }, (_, i) => {
    const row = Math.floor(i / width);
    return targets![rows[row]! * width + (i - row * width)]!;
  });
  return {
    ...(targets === undefined ? {} : { targets: picked }),
    ...(sampleWeights === undefined ? {} : { sampleWeights: Float32Array.from(rows, (row) => sampleWeights[row]!) }),
    ...(categoryCodes === undefined
      ? {}
      : { categoryCodes: mapped(categoryCodes, (codes) => Int32Array.from(rows, (row) => codes[row]!)) }),
  };
}

function interleaved(targets: readonly ArrayLike<number>[], sampleCount: number): Float32Array {
  const block = new Float32Array(sampleCount * targets.length);
  targets.forEach((values, k) => {
    for (let i = 0; i < sampleCount; i++) block[i * targets.length + k] = values[i]!;
  });
  return block;
}

function mapped<From, To>(record: Readonly<Record<string, From>>, to: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]));
}
