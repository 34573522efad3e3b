// The table of predictions that a run writes: one line per sample.
import { trainError } from '../errors.js';

/** One sample of {@link formatPredictions}. */
export interface PredictionRow {
  /** Name of the sample. */
  readonly sampleId: string;
  /** Predicted value in the unit of the target. */
  readonly predicted: number;
  /** Actual value in the unit of the target; `undefined` where nobody knows it. */
  readonly actual?: number | undefined;
}

const SIGNIFICANT_DIGITS = 7;

/**
 * Predictions as tab-separated text with the header `sample_id`, `actual`, `predicted`. The column `actual` is left out
 * if no sample has an actual value; a single missing one is an empty cell. Numbers keep 7 significant digits.
 *
 * @throws SeqError `REPORT_INPUT` if a sample id holds a tab or a line break, which the format cannot hold.
 */
export function formatPredictions(rows: readonly PredictionRow[]): string {
  refuseUnwritableIds(
    'formatPredictions',
    'sample ids',
    rows.map(({ sampleId }) => sampleId),
  );
  const withActual = rows.some(({ actual }) => actual !== undefined);
  const header = withActual ? ['sample_id', 'actual', 'predicted'] : ['sample_id', 'predicted'];
  const lines = rows.map(({ sampleId, actual, predicted }) =>
    [sampleId, ...(withActual ? [actual === undefined ? '' : shownNumber(actual)] : []), shownNumber(predicted)].join(
      '\t',
    ),
  );
  return `${[header.join('\t'), ...lines].join('\n')}\n`;
}

/** @throws SeqError `REPORT_INPUT` if a text holds a tab or a line break, which a tab-separated table cannot hold. */
export function refuseUnwritableIds(asked: string, what: string, ids: readonly string[]): void {
  const bad = ids.filter((id) => /[\t\r\n]/.test(id));
  if (bad.length === 0) return;
  throw trainError(
    'REPORT_INPUT',
    `${asked}: ${bad.length} of ${ids.length} ${what} hold a tab or a line break (first: ${JSON.stringify(bad[0])}); rename them.`,
    { details: { ids: bad.slice(0, 5) } },
  );
}

/** A number as reports show it: 7 significant digits, no trailing zeros. */
export function shownNumber(value: number): string {
  return String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
}
