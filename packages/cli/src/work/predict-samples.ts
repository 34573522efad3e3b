// The work of `aam predict`: everything about the model comes from the checkpoint.
import { existsSync } from 'node:fs';
import { describeUnseen, type StringColumns } from '@seq/categorical';
import { numericColumn, textColumn } from '@seq/data';
import { quotedPath } from '@seq/data/files';
import { setThreads } from '@seq/tensor';
import {
  AsvCacheFile,
  type Checkpoint,
  meanPredictions,
  modelFromCheckpoint,
  type Predictions,
  type PredictProgress,
  predict,
  predictionsTable,
  readCheckpoint,
  type TargetPredictions,
  writeFileWhole,
} from '@seq/train';
import type { CommandContext, CommandWork } from '../command.js';
import { UsageError } from '../failure.js';
import { type ModelInputs, openModelInputs } from './model-inputs.js';
import { categoryColumns, neededColumns } from './run-categories.js';

/** Actual values where the metadata know them: classes for a classifier, else numbers. */
function actualValues(
  { column, classes }: TargetPredictions,
  { metadata, sampleIds }: ModelInputs,
): ReadonlyMap<string, number | string> {
  if (metadata === undefined || !metadata.columns.has(column)) return new Map();
  const texts = textColumn(metadata, { column, sampleIds });
  const known = sampleIds.filter((_, i) => texts[i] !== null);
  if (classes.length > 0) return new Map(sampleIds.flatMap((id, i) => (texts[i] === null ? [] : [[id, texts[i]!]])));
  const numbers = numericColumn(metadata, { column, sampleIds: known });
  return new Map(known.map((id, i) => [id, numbers[i]!]));
}

/** The columns that the model needs, from the metadata. */
function categoriesFor(checkpoint: Checkpoint, { metadata, sampleIds }: ModelInputs): StringColumns | undefined {
  const names = neededColumns(checkpoint);
  if (names.length === 0) return undefined;
  if (metadata !== undefined) return categoryColumns(metadata, names, sampleIds);
  throw new UsageError(`--metadata: the model was trained with the categories ${names.join(', ')}. Give the metadata.`);
}

/** One file, whatever its name holds, or several with commas between. */
function modelPaths(given: string): readonly string[] {
  return existsSync(given) ? [given] : given.split(',').map((path) => path.trim());
}

/** A file keeps the embeddings of one ASV level; models of several would replace each other's, run after run. */
function requireOneAsvLevel(paths: readonly string[], checkpoints: readonly Checkpoint[]): void {
  const keys = checkpoints.map((checkpoint) => {
    const built = modelFromCheckpoint(checkpoint);
    return AsvCacheFile.keyOf({
      store: built.store,
      encoder: built.kind === 'predictor' ? built.model.base : built.model,
    });
  });
  const other = keys.findIndex((key) => key !== keys[0]);
  if (other < 0) return;
  throw new UsageError(
    `--asv-cache: a file keeps what one encoder makes of ASVs, and ${quotedPath(paths[0]!)} and ${quotedPath(paths[other]!)} ` +
      'have different ones. Leave it out, or give models that were trained on one frozen encoder.',
  );
}

/** Predicts the samples of a table. */
export const predictSamples: CommandWork = async (context: CommandContext) => {
  const { settings, progress, signal } = context;
  const paths = modelPaths(settings.text('model'));
  const checkpoints = await Promise.all(paths.map((path) => readCheckpoint(path)));
  const [checkpoint] = checkpoints as [Checkpoint, ...Checkpoint[]];
  const asvCache = settings.textOrUnset('asv-cache');
  if (asvCache !== undefined && paths.length > 1) requireOneAsvLevel(paths, checkpoints);
  await using inputs = await openModelInputs(context, {});
  setThreads(settings.number('threads'));
  const show = progress.counter('predict', 'samples', (rate) => rate.toFixed(1));
  const members: Predictions[] = [];
  for (const [i, model] of checkpoints.entries()) {
    const given = { ...inputs, categories: categoriesFor(model, inputs) };
    const options = {
      samplesPerBatch: settings.number('batch-size'),
      signal,
      asvCache,
      onNotice: (notice: string) => progress.note(notice),
      onProgress: ({ samples, sampleCount }: PredictProgress) =>
        show(i * sampleCount + samples, checkpoints.length * sampleCount),
    };
    members.push(await predict(model, given, options));
  }
  const predictions = meanPredictions(members);
  const { belowDepth, withoutReads, sampleIds } = predictions;
  for (const note of describeUnseen(predictions.unseen, { sampleIds: inputs.sampleIds })) progress.note(note);
  if (belowDepth.length > 0) {
    progress.note(
      `${belowDepth.length} samples have fewer than ${checkpoint.data.rarefactionDepth} reads and are predicted from all of them (first: ${belowDepth[0]!.sampleId})`,
    );
  }
  if (withoutReads.length > 0) {
    progress.note(`${withoutReads.length} samples without any read are not predicted (first: ${withoutReads[0]})`);
  }
  const { ofUnknownCategory, more } = predictions;
  if (ofUnknownCategory.length > 0) {
    progress.note(
      `${ofUnknownCategory.length} samples are of a category that training did not have; their predictions are on the scale of all (first: ${ofUnknownCategory[0]})`,
    );
  }
  const moreActual = Object.fromEntries(
    Object.entries(more).map(([name, target]) => [name, actualValues(target, inputs)]),
  );
  await writeFileWhole(
    settings.text('output'),
    predictionsTable(predictions, actualValues(predictions, inputs), moreActual),
  );
  progress.note(`${sampleIds.length} predictions in ${settings.text('output')}`);
};
