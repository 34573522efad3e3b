// The work of `aam train`.
import { join } from 'node:path';
import { SequencePredictor } from '@seq/model';
import { ParameterStore } from '@seq/tensor';
import {
  FineTuningObjective,
  type Freeze,
  loadPretrainedEncoder,
  predict,
  predictionsTable,
  readCheckpoint,
  readPretrainedEncoder,
  writeFileWhole,
} from '@seq/train';
import type { CommandWork } from '../command.js';
import { UsageError } from '../failure.js';
import type { SettingsReader } from '../settings-reader.js';
import { dataPlan, predictorConfigOf } from './architecture.js';
import { checkAugmentation } from './augmentation.js';
import { openModelInputs } from './model-inputs.js';
import { predictedColumns } from './named-targets.js';
import { categoryColumns, neededColumns, runCategories } from './run-categories.js';
import { checkFineTuningDistances, singleDistance } from './run-distances.js';
import { checkTargets, runTargets, sampleWeightsOf } from './run-targets.js';
import { scheduleOf } from './schedule-of.js';
import { prepareSets, runTraining } from './training-run.js';

/** What is not trained. */
function freezeOf(settings: SettingsReader): Freeze {
  const freeze = settings.switch('freeze-base') ? 'base' : (settings.text('freeze') as Freeze);
  if (freeze !== 'none' && !settings.switch('share-asvs')) {
    throw new UsageError(
      '--no-share-asvs has no effect on a frozen level, which reads each ASV once. Drop one of them.',
    );
  }
  if (freeze !== 'none' || settings.textOrUnset('asv-cache') === undefined) return freeze;
  throw new UsageError(
    '--asv-cache keeps what the model makes of each ASV, which training changes. Give --freeze, too.',
  );
}

/** Trains a predictor and writes its predictions of the validation samples. */
export const trainPredictor: CommandWork = async (context) => {
  const { settings } = context;
  const freeze = freezeOf(settings);
  checkTargets(settings);
  scheduleOf(settings);
  checkAugmentation(settings, { isFrozen: freeze !== 'none' });
  const asvCache = settings.textOrUnset('asv-cache');
  const path = settings.textOrUnset('pretrained-encoder');
  const encoder = path === undefined ? undefined : await readPretrainedEncoder(path);
  const common = predictorConfigOf(settings, encoder);
  const plan = dataPlan(settings, encoder);
  const unifracPenalty = settings.number('penalty');
  if (settings.number('target-penalty') === 0) {
    throw new UsageError('--target-penalty 0 leaves the target unlearned. Give a number above 0.');
  }
  if (unifracPenalty > 0) checkFineTuningDistances(settings);
  else if (settings.textsOrUnset('unifrac-matrix') !== undefined) {
    throw new UsageError('--unifrac-matrix has no effect with --penalty 0. Leave it out, or give a --penalty above 0.');
  }
  await using inputs = await openModelInputs(context, {
    rarefactionDepth: plan.rarefactionDepth,
    targetColumns: predictedColumns(settings),
  });
  const sets = await prepareSets(context, inputs, plan);
  const samples = {
    metadata: inputs.metadata!,
    sampleIds: inputs.sampleIds,
    trainingIds: sets.training.sampleIds,
  };
  const target = runTargets(context, samples);
  const categories = runCategories(settings, samples);
  for (const note of categories.notes) context.progress.note(note);
  const store = new ParameterStore({ seed: settings.number('seed') });
  const { head, learnableScale, outputActivation } = common;
  const moreTargets = target.moreOutputs.map((output) => ({ head, learnableScale, outputActivation, ...output }));
  const knownAsvs = settings.switch('asv-weights') ? [...new Set(inputs.sequences)] : [];
  const config = { ...common, ...target.output, moreTargets, knownAsvs, categories: categories.config ?? null };
  const predictor = new SequencePredictor(store.scope(), config);
  if (encoder !== undefined) loadPretrainedEncoder(store, encoder);
  const objective = new FineTuningObjective({
    store,
    predictor,
    ...target.objective,
    categories: categories.samples,
    sampleWeights: sampleWeightsOf(settings, samples),
    weighting: settings.text('loss-weighting') as 'fixed' | 'learned',
    ...(unifracPenalty > 0 ? { distances: await singleDistance(context, inputs, sets), unifracPenalty } : {}),
    countNormalization: settings.text('count-normalization') as 'log' | 'relative' | 'clr' | 'raw',
    targetPenalty: settings.number('target-penalty'),
    countPenalty: settings.number('count-penalty'),
    nucleotidePenalty: settings.number('nuc-penalty'),
    distanceScale: unifracPenalty > 0 ? Number(settings.text('distance-scale')) : undefined,
    freeze,
  });
  const result = await runTraining(context, objective, sets);
  const { table, sequences } = inputs;
  const { sampleIds } = sets.validation;
  const checkpoint = await readCheckpoint(result.checkpoints!.best);
  const names = neededColumns(checkpoint);
  const given = { table, sequences, sampleIds, categories: categoryColumns(samples.metadata, names, sampleIds) };
  const predictions = await predict(checkpoint, given, { signal: context.signal, asvCache });
  const text = predictionsTable(predictions, target.actual, target.moreActual);
  await writeFileWhole(join(settings.text('output-dir'), 'val_predictions.tsv'), text);
};
