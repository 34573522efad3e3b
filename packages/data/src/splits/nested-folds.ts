// Folds within folds: the inner ones choose settings, the outer ones judge the choice.
import { requireInteger, requireSeed } from '../require-integer.js';
import { dealFolds, type FoldSamplesOptions } from './fold-samples.js';
import type { SampleSplit } from './sample-split.js';

/** Options of {@link nestedFolds}. */
export interface NestedFoldsOptions extends Omit<FoldSamplesOptions, 'folds'> {
  /** How many outer folds; at least 2. */
  readonly outerFolds: number;
  /** How many inner folds of each outer training part; at least 2. */
  readonly innerFolds: number;
}

/** One outer fold: its `validation` judges a model whose settings were chosen on the inner folds of its `training`. */
export interface NestedFold extends SampleSplit {
  /** Folds of this fold's training samples; no sample of `validation` is in any of them. */
  readonly inner: readonly SampleSplit[];
}

/**
 * Folds for nested cross-validation: the outer ones are those of `foldSamples`, and the training part of each is divided
 * again by the same rules. Groups and strata hold on both levels.
 *
 * @throws SeqError as `foldSamples`; `SPLIT_IMPOSSIBLE` also where a training part has too few samples or groups for the inner
 *   folds.
 * @see Varma & Simon 2006, "Bias in error estimation when using cross-validation for model selection",
 *   doi:10.1186/1471-2105-7-91
 */
export function nestedFolds(sampleIds: readonly string[], options: NestedFoldsOptions): NestedFold[] {
  const { outerFolds, innerFolds, seed, groups, strata } = options;
  const asked = 'nestedFolds';
  requireInteger(asked, 'outerFolds', outerFolds, { minimum: 2 });
  requireInteger(asked, 'innerFolds', innerFolds, { minimum: 2 });
  requireSeed(asked, seed);
  const outer = dealFolds(asked, sampleIds, { folds: outerFolds, seed, groups, strata }, 0);
  const placeOf = new Map(sampleIds.map((id, i) => [id, i]));
  return outer.map(({ training, validation }, fold) => {
    const ofTraining = <T>(labels: readonly T[] | undefined): T[] | undefined =>
      labels && training.map((id) => labels[placeOf.get(id)!]!);
    const inner = dealFolds(
      asked,
      training,
      { folds: innerFolds, seed, groups: ofTraining(groups), strata: ofTraining(strata) },
      fold + 1,
    );
    return { training, validation, inner };
  });
}
