// The work of `aam report`: reads tables of predictions, writes metrics and a figure.
import { join } from 'node:path';
import { numericColumn, readSampleMetadata } from '@seq/data';
import { formatMetrics, metricsReport, type PredictionRow, predictionFigure, writeFileWhole } from '@seq/train';
import type { CommandWork } from '../command.js';

async function readPredictions(path: string): Promise<PredictionRow[]> {
  const table = await readSampleMetadata(path);
  const actual = numericColumn(table, { column: 'actual' });
  const predicted = numericColumn(table, { column: 'predicted' });
  return table.sampleIds.map((sampleId, i) => ({ sampleId, actual: actual[i]!, predicted: predicted[i]! }));
}

/** Writes `metrics.json`, `metrics.tsv` and `predictions.svg`, and prints the metrics. */
export const reportPredictions: CommandWork = async ({ settings, terminal }) => {
  const models = [{ name: settings.text('name'), rows: await readPredictions(settings.text('predictions')) }];
  const baseline = settings.textOrUnset('baseline');
  if (baseline !== undefined)
    models.push({ name: settings.text('baseline-name'), rows: await readPredictions(baseline) });
  const unit = settings.textOrUnset('unit');
  const about = { target: settings.text('target-name'), ...(unit === undefined ? {} : { unit }) };
  const report = metricsReport(models, about);
  const panels = models.map(({ name, rows }) => ({
    title: name,
    actual: rows.map((row) => row.actual!),
    predicted: rows.map((row) => row.predicted),
  }));
  const folder = settings.text('output-dir');
  await writeFileWhole(join(folder, 'metrics.json'), `${JSON.stringify(report, null, 2)}\n`);
  await writeFileWhole(join(folder, 'metrics.tsv'), formatMetrics(report));
  await writeFileWhole(join(folder, 'predictions.svg'), predictionFigure(panels, about));
  terminal.stdout.write(formatMetrics(report));
};
