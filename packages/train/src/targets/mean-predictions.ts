// What several models say together: the mean of their predictions. It knows no model.

import { trainError } from '../errors.js';
import type { Predictions } from '../predict.js';
import type { TargetPredictions } from './target-predictions.js';
import { mostLikelyClasses } from './target-predictions.js';

/**
 * The mean prediction of several models for the same samples: of numbers and of each quantile in the unit of the target, and
 * of the probability of each class, whose most likely one is predicted then. Notes about samples (`unseen`, `belowDepth`,
 * ...) are those of the first model, and categories unknown to any of them.
 *
 * Models that were trained with other seeds or other validation samples err in different places, so their mean errs less.
 *
 * @param members - predictions of one model each, at least one.
 * @throws SeqError `CHECKPOINT_MISMATCH` if they are not predictions of the same targets for the same samples.
 * @see Lakshminarayanan and others, "Simple and scalable predictive uncertainty estimation using deep ensembles", 2017,
 * arXiv:1612.01474
 */
export function meanPredictions(members: readonly Predictions[]): Predictions {
  const [first, ...others] = members;
  if (first === undefined) throw mismatch('there are no predictions', 'Give at least one', {});
  for (const [i, other] of others.entries()) refuseOthers(first, other, i + 2);
  const more = Object.keys(first.more).map(
    (name) => [name, meanOf(members.map((member) => member.more[name]!))] as const,
  );
  return {
    ...first,
    ...meanOf(members),
    more: Object.fromEntries(more),
    ofUnknownCategory: [...new Set(members.flatMap((member) => member.ofUnknownCategory))],
  };
}

function meanOf(members: readonly TargetPredictions[]): TargetPredictions {
  const { column, quantiles, classes } = members[0]!;
  const mean = (valuesOf: (member: TargetPredictions) => Float64Array): Float64Array =>
    valuesOf(members[0]!).map(
      (_, i) => members.reduce((sum, member) => sum + valuesOf(member)[i]!, 0) / members.length,
    );
  const means = classes.map(({ name }, k) => ({ name, values: mean((member) => member.classes[k]!.values) }));
  return {
    column,
    predicted:
      classes.length === 0 ? mean(({ predicted }) => predicted) : mostLikelyClasses(means.map(({ values }) => values)),
    quantiles: quantiles.map(({ quantile }, k) => ({
      quantile,
      values: mean((member) => member.quantiles[k]!.values),
    })),
    classes: means,
  };
}

/** What must be the same in predictions that are to be averaged. */
function outline({ column, quantiles, classes }: TargetPredictions): string {
  const of = [
    ...quantiles.map(({ quantile }) => `quantile ${quantile}`),
    ...classes.map(({ name }) => `class ${name}`),
  ];
  return [`"${column}"`, ...of].join(', ');
}

function outlines({ more, ...main }: Predictions): string {
  return [outline(main), ...Object.entries(more).map(([name, target]) => `${name}: ${outline(target)}`)].join('; ');
}

function refuseOthers(first: Predictions, other: Predictions, number: number): void {
  const [ours, theirs] = [outlines(first), outlines(other)];
  if (ours !== theirs) {
    const found = `model 1 predicts ${ours}, model ${number} predicts ${theirs}`;
    throw mismatch(found, 'Give models of the same target', { number });
  }
  const place = first.sampleIds.findIndex((id, i) => id !== other.sampleIds[i]);
  if (place < 0 && first.sampleIds.length === other.sampleIds.length) return;
  const found =
    `model 1 predicts ${first.sampleIds.length} samples, model ${number} predicts ${other.sampleIds.length}, ` +
    `the first that differ are "${first.sampleIds[place] ?? ''}" and "${other.sampleIds[place] ?? ''}"`;
  throw mismatch(found, 'Predict the same samples with each', { number });
}

function mismatch(found: string, remedy: string, details: Readonly<Record<string, unknown>>): Error {
  return trainError('CHECKPOINT_MISMATCH', `meanPredictions: ${found}. ${remedy}.`, { details });
}
