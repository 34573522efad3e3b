// The work of `aam report`: reads tables of predictions, writes metrics and a figure.
import { join } from 'node:path';
import { numericColumn, readSampleMetadata } from '@seq/data';
import { formatMetrics, metricsReport, type PredictionRow, predictionFigure, writeFileWhole } from '@seq/train';
import type { CommandContext, CommandWork } from '../command.js';

/** The predictions of a file whose actual value is known; how many others there are is said. */
async function readPredictions(path: string, { progress }: CommandContext): Promise<PredictionRow[]> {
  const table = await readSampleMetadata(path);
  const { values } = table.column('actual');
  const known = table.sampleIds.filter((_, i) => values[i] !== null);
  const unknown = table.sampleIds.length - known.length;
  if (unknown > 0 && known.length > 0) {
    progress.note(`${unknown} of ${table.sampleIds.length} samples of ${path} have no actual value and are left out`);
  }
  const sampleIds = known.length > 0 ? known : table.sampleIds;
  const actual = numericColumn(table, { column: 'actual', sampleIds });
  const predicted = numericColumn(table, { column: 'predicted', sampleIds });
  return sampleIds.map((sampleId, i) => ({ sampleId, actual: actual[i]!, predicted: predicted[i]! }));
}

/** Writes `metrics.json`, `metrics.tsv` and `predictions.svg`, and prints the metrics. */
export const reportPredictions: CommandWork = async (context) => {
  const { settings, terminal } = context;
  const models = [{ name: settings.text('name'), rows: await readPredictions(settings.text('predictions'), context) }];
  const baseline = settings.textOrUnset('baseline');
  if (baseline !== undefined)
    models.push({ name: settings.text('baseline-name'), rows: await readPredictions(baseline, context) });
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
