// The work of `aam pretrain`.
import { SequenceEncoder } from '@seq/model';
import { ParameterStore } from '@seq/tensor';
import { PretrainingObjective, type SampleReads } from '@seq/train';
import type { CommandWork } from '../command.js';
import { UsageError } from '../failure.js';
import { dataPlan, encoderConfigOf } from './architecture.js';
import { checkAugmentation } from './augmentation.js';
import { openModelInputs } from './model-inputs.js';
import { checkDistanceSettings, distanceScale, runDistances } from './run-distances.js';
import { scheduleOf } from './schedule-of.js';
import { prepareSets, runTraining } from './training-run.js';

/** Trains an encoder on UniFrac distances and masked bases. */
export const pretrainEncoder: CommandWork = async (context) => {
  const { settings } = context;
  checkDistanceSettings(settings);
  if (settings.number('penalty') === 0 && settings.number('nuc-penalty') === 0) {
    throw new UsageError('--penalty 0 and --nuc-penalty 0 leave nothing to learn. Give one of them above 0.');
  }
  checkAugmentation(settings);
  scheduleOf(settings);
  const plan = dataPlan(settings);
  const config = encoderConfigOf(settings);
  await using inputs = await openModelInputs(context, { rarefactionDepth: plan.rarefactionDepth });
  const sets = await prepareSets(context, inputs, plan);
  const store = new ParameterStore({ seed: settings.number('seed') });
  const { encoder: trained, distances, baseTargets } = await runDistances(context, inputs, sets);
  const encoder = new SequenceEncoder(store.scope(), { ...config, ...trained });
  const objective = new PretrainingObjective({
    store,
    encoder,
    distances,
    baseTargets,
    distanceScale: distanceScale(settings),
    unifracPenalty: settings.number('penalty'),
    basePenalty: settings.number('penalty'),
    nucleotidePenalty: settings.number('nuc-penalty'),
    weighting: settings.text('loss-weighting') as 'fixed' | 'learned',
    sampleReads: settings.text('sample-reads') as SampleReads,
  });
  await runTraining(context, objective, sets);
};
