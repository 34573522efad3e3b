// The sum of the terms of a training objective, each times its penalty.
import { add, scaleShift, type Tensor, tensor } from '@seq/tensor';

/** Terms of the training objectives. */
export type LossTerm = 'target' | 'count' | 'unifrac' | 'nucleotide';

/** Weight of each term in the total; one that is left out weighs 1. */
export type Penalties = Readonly<Partial<Record<LossTerm, number>>>;

/**
 * Sum of penalty · term over the terms given; 0 if there are none.
 *
 * @param terms - one number without axes each.
 */
export function totalLoss(terms: Readonly<Partial<Record<LossTerm, Tensor>>>, penalties: Penalties = {}): Tensor {
  const weighted = Object.entries(terms).map(([name, term]) => scaleShift(term, penalties[name as LossTerm] ?? 1, 0));
  return weighted.length === 0 ? tensor([0], []) : weighted.reduce(add);
}

/** The same sum over terms that are numbers. */
export function totalOf(terms: Readonly<Partial<Record<LossTerm, number>>>, penalties: Penalties = {}): number {
  return Object.entries(terms).reduce((sum, [name, term]) => sum + (penalties[name as LossTerm] ?? 1) * term, 0);
}
