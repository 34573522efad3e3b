// `aam report`: how good predictions are, as numbers and as a picture.
import type { Command } from '../command.js';

/** `aam report`. */
export const reportCommand: Command = {
  name: 'report',
  summary: 'metrics and a figure of predictions',
  description:
    'Compares predicted with actual values: mean absolute error, root mean square error and R2, or of classes accuracy, ' +
    'precision, recall, F1 and area under the ROC curve (metrics.tsv, metrics.json), and a figure (predictions.svg), of ' +
    'classes their confusion matrix. With --baseline the same for a second file of predictions, side by side.',
  example:
    'aam report --predictions predictions.tsv --baseline forest.tsv \\\n' +
    '    --target-name age --unit years --output-dir report',
  settings: [
    {
      name: 'predictions',
      kind: { type: 'path' },
      help: 'predictions with the columns sample_id, actual, predicted; of classes also their probabilities',
      required: true,
      group: 'Input',
    },
    { name: 'baseline', kind: { type: 'path' }, help: 'predictions of a baseline, same columns', group: 'Input' },
    { name: 'name', kind: { type: 'text' }, help: 'what to call the predictions', default: 'Seq', group: 'Input' },
    {
      name: 'baseline-name',
      kind: { type: 'text' },
      help: 'what to call the baseline',
      default: 'random forest',
      group: 'Input',
    },
    {
      name: 'target-name',
      kind: { type: 'text' },
      help: 'what is predicted; of several targets in one file, the column to report',
      default: 'target',
      group: 'Input',
    },
    { name: 'unit', kind: { type: 'text' }, help: 'its unit', group: 'Input' },
    { name: 'output-dir', kind: { type: 'path' }, help: 'folder for the report', required: true, group: 'Run' },
  ],
  load: async () => (await import('../work/report-predictions.js')).reportPredictions,
};
