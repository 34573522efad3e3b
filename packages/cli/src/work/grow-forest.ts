// The work of `aam rf-baseline`: relative abundances, a forest, predictions.
import { numericColumn, readSampleIds, selectSamples } from '@seq/data';
import { fitRandomForest, formatPredictions, relativeAbundances, writeFileWhole } from '@seq/train';
import type { CommandWork } from '../command.js';
import { openInputs } from './open-inputs.js';
import { samplesWithTarget } from './samples-with-target.js';

/** Grows a forest on the training samples and writes its predictions of the validation samples. */
export const growForest: CommandWork = async (context) => {
  const { settings, progress, signal } = context;
  const { table, metadata } = await openInputs(context);
  const column = settings.text('metadata-column');
  const lists = await Promise.all(
    ['train-samples', 'val-samples'].map(async (name) => readSampleIds(settings.text(name))),
  );
  const [trainingIds = [], validationIds = []] = lists.map((ids) => samplesWithTarget(context, metadata!, ids));
  const training = selectSamples(table, trainingIds);
  const validation = selectSamples(table, validationIds);
  const targets = numericColumn(metadata!, { column, sampleIds: trainingIds });
  const actual = numericColumn(metadata!, { column, sampleIds: validationIds });
  const forest = await fitRandomForest(relativeAbundances(training), targets, {
    treeCount: settings.number('n-estimators'),
    featureFraction: settings.number('max-features'),
    seed: settings.number('random-seed'),
    signal,
    onProgress: ({ tree, treeCount, secondsLeft }) =>
      progress.show({ label: 'random forest', done: tree, total: treeCount, secondsLeft, facts: [`${tree} trees`] }),
  });
  const predicted = forest.predict(relativeAbundances(validation));
  const rows = validationIds.map((sampleId, i) => ({ sampleId, actual: actual[i]!, predicted: predicted[i]! }));
  await writeFileWhole(settings.text('output'), formatPredictions(rows));
  progress.note(`${rows.length} predictions in ${settings.text('output')}`);
};
