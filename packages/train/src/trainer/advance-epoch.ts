// From the last step of an epoch to the first of the next: records, early stopping, plateau. Pure functions of the state.
import { trainError } from '../errors.js';
import { startPlateau, stepPlateau } from '../schedules/step-plateau.js';
import { startEarlyStopping, stepEarlyStopping } from './early-stopping.js';
import { meanLosses, startLossSums } from './loss-sums.js';
import type { ResolvedTrainingOptions } from './training-options.js';
import type { EpochRecord, Scores, TrainingState } from './training-state.js';

/** The state before the first step. */
export function startState({ learningRate }: ResolvedTrainingOptions): TrainingState {
  return {
    epoch: 0,
    step: 0,
    update: 0,
    sums: startLossSums(),
    learningRate,
    earlyStopping: startEarlyStopping(),
    plateau: startPlateau(learningRate),
    history: [],
    isFinished: false,
  };
}

/**
 * The state after an epoch.
 *
 * @param state - after the last step of the epoch.
 * @param scores - of the validation samples; `undefined` without any.
 * @throws SeqError `LOSS_NOT_FINITE` if a score is NaN or infinite.
 */
export function advanceEpoch(
  state: TrainingState,
  scores: Scores | undefined,
  options: ResolvedTrainingOptions,
): TrainingState {
  const epoch = state.epoch + 1;
  const { bestMetric: metric, schedule } = options;
  const training = meanLosses(state.sums);
  const loss = scores?.losses.total ?? training.total;
  const value = metric === 'loss' ? loss : (scores?.metrics[metric] ?? Number.NaN);
  const record: EpochRecord = { epoch, learningRate: state.learningRate, training, validation: scores ?? null };
  refuseNonFinite(record);
  const next: TrainingState = {
    ...state,
    epoch,
    step: 0,
    sums: startLossSums(),
    earlyStopping: stepEarlyStopping(state.earlyStopping, value, { metric, epoch }),
    plateau: schedule.kind === 'plateau' ? stepPlateau(state.plateau, loss, schedule) : state.plateau,
    history: [...state.history, record],
  };
  return { ...next, isFinished: isFinished(next, options) };
}

/** Whether all epochs are done, or none was better within the patience. */
export function isFinished(
  { epoch, earlyStopping }: TrainingState,
  { epochs, patience }: Pick<ResolvedTrainingOptions, 'epochs' | 'patience'>,
): boolean {
  return epoch >= epochs || (patience !== null && earlyStopping.badEpochs >= patience);
}

function refuseNonFinite({ epoch, training, validation }: EpochRecord): void {
  const scores = { ...training, ...validation?.losses, ...validation?.metrics };
  const bad = Object.entries(scores).filter(([, value]) => !Number.isFinite(value));
  if (bad.length === 0) return;
  const shown = bad.map(([name, value]) => `${name} ${value}`).join(', ');
  throw trainError(
    'LOSS_NOT_FINITE',
    `Trainer: after epoch ${epoch} the validation gives ${shown}; lower the learning rate or set maximumGradientNorm.`,
    { details: { epoch, scores: shown } },
  );
}
