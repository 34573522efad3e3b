// The metrics of one or several models on the same samples, as JSON for programs and as a table for people.
import { RegressionMetrics, type RegressionScores } from '../metrics/regression-metrics.js';
import { type PredictionRow, shownNumber } from './format-predictions.js';

/** The predictions of one model for {@link metricsReport}. */
export interface ModelPredictions {
  /** Name of the model as the report shows it. */
  readonly name: string;
  /** Its predictions; samples without an actual value do not count. */
  readonly rows: readonly PredictionRow[];
}

/** Options of {@link metricsReport}. */
export interface MetricsReportOptions {
  /** Name of the target. */
  readonly target: string;
  /** Unit of the target. Default: none. */
  readonly unit?: string;
}

/** The metrics of one model; errors are in the unit of the target. */
export interface ModelScores extends Omit<RegressionScores, 'valueCount'> {
  /** Name of the model. */
  readonly name: string;
  /** Samples with an actual value. */
  readonly sampleCount: number;
}

/** What {@link metricsReport} gives: plain data, to be written as `metrics.json`. */
export interface MetricsReport {
  /** Name of the target. */
  readonly target: string;
  /** Unit of the target; absent if none was given. */
  readonly unit?: string;
  /** One entry per model in the order given. */
  readonly models: readonly ModelScores[];
}

/** MAE, MSE, RMSE and R² of each model over its samples with an actual value. */
export function metricsReport(models: readonly ModelPredictions[], options: MetricsReportOptions): MetricsReport {
  const { target, unit } = options;
  const scored = models.map(({ name, rows }) => {
    const known = rows.filter(({ actual }) => actual !== undefined);
    const metrics = new RegressionMetrics();
    metrics.add(
      known.map(({ predicted }) => predicted),
      known.map(({ actual }) => actual!),
    );
    const { valueCount: sampleCount, ...scores } = metrics.scores();
    return { name, sampleCount, ...scores };
  });
  return { target, ...(unit === undefined ? {} : { unit }), models: scored };
}

/** A report as tab-separated text with the header `model`, `samples`, `mae`, `rmse`, `r2`. */
export function formatMetrics({ models }: MetricsReport): string {
  const lines = models.map(({ name, sampleCount, mae, rmse, r2 }) =>
    [name.replace(/\s+/g, ' '), sampleCount, ...[mae, rmse, r2].map(shownNumber)].join('\t'),
  );
  return `${['model\tsamples\tmae\trmse\tr2', ...lines].join('\n')}\n`;
}
