// The work of `aam report`: reads tables of predictions, writes metrics and a figure.
import { join } from 'node:path';
import {
  type ClassPredictionRow,
  classReport,
  confusionFigure,
  formatClassMetrics,
  formatMetrics,
  metricsReport,
  type PredictionRow,
  predictionFigure,
  writeFileWhole,
} from '@seq/train';
import type { CommandWork } from '../command.js';
import { UsageError } from '../failure.js';
import { readPredictions } from './read-predictions.js';

type Named<Rows> = readonly { readonly name: string; readonly rows: Rows }[];

/** What is written: plain data, a table, a picture. */
interface Written {
  readonly report: unknown;
  readonly table: string;
  readonly figure: string;
}

function ofClasses(models: Named<readonly ClassPredictionRow[]>, target: string): Written {
  const report = classReport(models, { target });
  return { report, table: formatClassMetrics(report), figure: confusionFigure(report) };
}

function ofNumbers(
  models: Named<readonly PredictionRow[]>,
  about: { readonly target: string; readonly unit?: string },
): Written {
  const report = metricsReport(models, about);
  const panels = models.map(({ name, rows }) => ({
    title: name,
    actual: rows.map((row) => row.actual!),
    predicted: rows.map((row) => row.predicted),
  }));
  return { report, table: formatMetrics(report), figure: predictionFigure(panels, about) };
}

/** Writes `metrics.json`, `metrics.tsv` and `predictions.svg`, and prints the metrics. */
export const reportPredictions: CommandWork = async (context) => {
  const { settings, terminal } = context;
  const target = settings.text('target-name');
  const own = await readPredictions(settings.text('predictions'), target, context);
  const models = [{ name: settings.text('name'), read: own }];
  const baseline = settings.textOrUnset('baseline');
  if (baseline !== undefined) {
    const read = await readPredictions(baseline, target, context);
    if (read.kind !== own.kind) {
      throw new UsageError(
        `--baseline: ${baseline} predicts ${read.kind}, --predictions ${own.kind}. Give two files of one kind.`,
      );
    }
    models.push({ name: settings.text('baseline-name'), read });
  }
  const unit = settings.textOrUnset('unit');
  const { report, table, figure } =
    own.kind === 'classes'
      ? ofClasses(
          models.flatMap(({ name, read }) => (read.kind === 'classes' ? [{ name, rows: read.rows }] : [])),
          target,
        )
      : ofNumbers(
          models.flatMap(({ name, read }) => (read.kind === 'numbers' ? [{ name, rows: read.rows }] : [])),
          { target, ...(unit === undefined ? {} : { unit }) },
        );
  const folder = settings.text('output-dir');
  await writeFileWhole(join(folder, 'metrics.json'), `${JSON.stringify(report, null, 2)}\n`);
  await writeFileWhole(join(folder, 'metrics.tsv'), table);
  await writeFileWhole(join(folder, 'predictions.svg'), figure);
  terminal.stdout.write(table);
};
