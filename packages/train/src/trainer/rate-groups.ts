// Parameters that learn at another rate than the rest. It makes no optimiser.
import { isCategoricalParameter } from '@seq/model';
import type { LearningRateGroup, ParameterStore } from '@seq/tensor';
import { trainError } from '../errors.js';
import type { ResolvedTrainingOptions } from './training-options.js';

/** @throws SeqError `TRAINING_OPTIONS` for a rate of parameters that the model has not. */
export function rateGroups(
  store: ParameterStore,
  { learningRate, categoricalLearningRate }: Pick<ResolvedTrainingOptions, 'learningRate' | 'categoricalLearningRate'>,
): readonly LearningRateGroup[] {
  if (categoricalLearningRate === null) return [];
  if (store.names().some(isCategoricalParameter)) {
    const learningRateFactor = categoricalLearningRate / learningRate;
    return [{ parameters: isCategoricalParameter, learningRateFactor }];
  }
  throw trainError(
    'TRAINING_OPTIONS',
    `Trainer: categoricalLearningRate is ${categoricalLearningRate}, and the model has no categories; leave it out.`,
    { details: { option: 'categoricalLearningRate' } },
  );
}
