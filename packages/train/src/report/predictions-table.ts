// Everything a model says about its samples as one table: numbers or classes, quantiles, probabilities.
import type { TargetPredictions } from '../targets/target-predictions.js';
import { refuseUnwritableIds, shownNumber } from './format-predictions.js';

/** Predictions of samples; {@link Predictions} is one. */
export interface PredictedSamples extends TargetPredictions {
  /** The samples, in the order of the values. */
  readonly sampleIds: readonly string[];
  /** Further targets by name. */
  readonly more: Readonly<Record<string, TargetPredictions>>;
}

/** Actual values by sample id: numbers in the unit of the target, or classes. */
export type ActualValues = ReadonlyMap<string, number | string>;

/**
 * Predictions as tab-separated text: `sample_id`; `actual`, where one is known; `predicted`, a number in the unit of the
 * target or the most likely class; then a column for each quantile (`quantile_0.1`) or the probability of each class
 * (`probability_gut`); then the same for each further target, its name and a colon in front (`bmi:actual`,
 * `bmi:predicted`). Numbers keep 7 significant digits.
 *
 * @param actual - actual value of each sample that has one: a number, or a class.
 * @param moreActual - the same of further targets, by their names.
 * @throws SeqError `REPORT_INPUT` if a sample id or the name of a class holds a tab or a line break.
 */
export function predictionsTable(
  predictions: PredictedSamples,
  actual: ActualValues = new Map(),
  moreActual: Readonly<Record<string, ActualValues>> = {},
): string {
  const { sampleIds, more } = predictions;
  refuseUnwritableIds('predictionsTable', 'sample ids', sampleIds);
  const columns: (readonly [string, readonly string[]])[] = [['sample_id', sampleIds]];
  for (const [name, target] of [['', predictions] as const, ...Object.entries(more)]) {
    const prefix = name === '' ? '' : `${name}:`;
    const known = sampleIds.map((id) => (name === '' ? actual : moreActual[name])?.get(id));
    if (known.some((value) => value !== undefined)) columns.push([`${prefix}actual`, known.map(shownValue)]);
    columns.push(...columnsOf(target, prefix));
  }
  refuseUnwritableIds(
    'predictionsTable',
    'columns',
    columns.map(([name]) => name),
  );
  const lines = sampleIds.map((_, row) => columns.map(([, values]) => values[row]).join('\t'));
  return `${[columns.map(([name]) => name).join('\t'), ...lines].join('\n')}\n`;
}

function columnsOf(
  { predicted, quantiles, classes }: TargetPredictions,
  prefix: string,
): readonly (readonly [string, readonly string[]])[] {
  const numbers = (values: ArrayLike<number>): string[] => Array.from(values, shownNumber);
  const shown = classes.length === 0 ? numbers(predicted) : Array.from(predicted, (index) => classes[index]!.name);
  return [
    [`${prefix}predicted`, shown] as const,
    ...quantiles.map(({ quantile, values }) => [`${prefix}quantile_${quantile}`, numbers(values)] as const),
    ...classes.map(({ name, values }) => [`${prefix}probability_${name}`, numbers(values)] as const),
  ];
}

function shownValue(value: number | string | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : shownNumber(value);
}
