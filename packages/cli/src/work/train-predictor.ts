// The work of `aam train`.
import { join } from 'node:path';
import { fitTargetTransform, numericColumn, selectSamples, type TargetTransformKind } from '@seq/data';
import { SequencePredictor } from '@seq/model';
import { ParameterStore } from '@seq/tensor';
import {
  FineTuningObjective,
  type Freeze,
  formatPredictions,
  loadPretrainedEncoder,
  predict,
  readCheckpoint,
  readPretrainedEncoder,
  TargetValues,
  writeFileWhole,
} from '@seq/train';
import type { CommandContext, CommandWork } from '../command.js';
import { UsageError } from '../failure.js';
import { dataPlan, predictorConfigOf } from './architecture.js';
import { type OpenedInputs, openInputs } from './open-inputs.js';
import { samplesWithTarget } from './samples-with-target.js';
import { batchDistances, prepareSets, runTraining, type TrainingSets } from './training-run.js';

function targetsOf(
  { settings }: CommandContext,
  { metadata, table }: OpenedInputs,
  { training }: TrainingSets,
): TargetValues {
  const column = settings.text('metadata-column');
  const { sampleIds } = table;
  const numbers = numericColumn(metadata!, { column, sampleIds });
  const values = new Map(sampleIds.map((id, i) => [id, numbers[i]!]));
  const kind = settings.text('target-transform') as TargetTransformKind;
  const transform = fitTargetTransform(
    kind,
    training.sampleIds.map((id) => values.get(id)!),
  );
  return new TargetValues({ column, values, transform });
}

/** Trains a predictor and writes its predictions of the validation samples. */
export const trainPredictor: CommandWork = async (context) => {
  const { settings } = context;
  const path = settings.textOrUnset('pretrained-encoder');
  const encoder = path === undefined ? undefined : await readPretrainedEncoder(path);
  const plan = dataPlan(settings, encoder);
  const config = predictorConfigOf(settings, encoder);
  const unifracPenalty = settings.number('penalty');
  if (unifracPenalty > 0 && settings.textOrUnset('tree') === undefined) {
    throw new UsageError('--penalty: the UniFrac loss needs the tree; give --tree, or --penalty 0.');
  }
  const opened = await openInputs(context, {
    needsSequences: true,
    rarefactionDepth: plan.rarefactionDepth ?? undefined,
  });
  const withTarget = samplesWithTarget(context, opened.metadata!, opened.table.sampleIds);
  const inputs = { ...opened, table: selectSamples(opened.table, withTarget) };
  const sets = prepareSets(context, inputs, plan);
  const store = new ParameterStore({ seed: settings.number('seed') });
  const predictor = new SequencePredictor(store.scope(), config);
  if (encoder !== undefined) loadPretrainedEncoder(store, encoder);
  const objective = new FineTuningObjective({
    store,
    predictor,
    targets: targetsOf(context, inputs, sets),
    loss: { kind: settings.text('loss-type') as 'huber' | 'mse' | 'mae' },
    ...(unifracPenalty > 0 ? { distances: batchDistances(inputs.tree!, inputs.table), unifracPenalty } : {}),
    targetPenalty: settings.number('target-penalty'),
    countPenalty: settings.number('count-penalty'),
    nucleotidePenalty: settings.number('nuc-penalty'),
    freeze: settings.switch('freeze-base') ? 'base' : (settings.text('freeze') as Freeze),
  });
  const result = await runTraining(context, objective, sets);
  const { table, sequences } = inputs;
  const { sampleIds } = sets.validation;
  const checkpoint = await readCheckpoint(result.checkpoints!.best);
  const { predicted } = await predict(checkpoint, { table, sequences, sampleIds }, { signal: context.signal });
  const actual = objective.targets.actual(sampleIds);
  const rows = sampleIds.map((sampleId, i) => ({ sampleId, actual: actual[i]!, predicted: predicted[i]! }));
  await writeFileWhole(join(settings.text('output-dir'), 'val_predictions.tsv'), formatPredictions(rows));
};
