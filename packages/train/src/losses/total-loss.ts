// The sum of the terms of a training objective, each times its penalty.
import { add, scaleShift, type Tensor, tensor } from '@seq/tensor';

/** Terms of the training objectives. */
export type LossTerm = 'target' | `target:${string}` | 'count' | 'unifrac' | 'base' | 'nucleotide';

/** Something for each term that there is, by the name of the {@link LossTerm}. */
export type LossTerms<Value> = Readonly<Record<string, Value>>;

/** Weight of each term in the total; one that is left out weighs 1. */
export type Penalties = LossTerms<number>;

/**
 * Sum of penalty · term over the terms given; 0 if there are none.
 *
 * @param terms - one number without axes each.
 */
export function totalLoss(terms: LossTerms<Tensor>, penalties: Penalties = {}): Tensor {
  const weighted = Object.entries(terms).map(([name, term]) => scaleShift(term, penalties[name] ?? 1, 0));
  return weighted.length === 0 ? tensor([0], []) : weighted.reduce(add);
}

/** The same sum over terms that are numbers. */
export function totalOf(terms: LossTerms<number>, penalties: Penalties = {}): number {
  return Object.entries(terms).reduce((sum, [name, term]) => sum + (penalties[name] ?? 1) * term, 0);
}
