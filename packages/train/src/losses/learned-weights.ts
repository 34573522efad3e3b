// Weights of the terms of an objective that are learned with the model, by the uncertainty of each term.
import { add, exp, mul, neg, type ParameterStore, reshape, scaleShift, type Tensor } from '@seq/tensor';
import type { LossTerm, LossTerms } from './total-loss.js';

/** Terms that are negative logarithms of probabilities of classes; the others are errors of numbers. */
const LIKELIHOODS: ReadonlySet<LossTerm> = new Set(['nucleotide']);

/**
 * One learned logarithm of a variance s per term, 0 at the start. A term L weighs exp(-s) / 2 (exp(-s) for classes), and
 * s / 2 is added, so that no weight can shrink for nothing: terms that stay uncertain count less.
 *
 * Parameters: `objective.log_variance.<term>`; a checkpoint keeps them, models leave them aside.
 *
 * @see Kendall, Gal & Cipolla 2018, doi:10.1109/CVPR.2018.00781
 */
export class LearnedWeights {
  readonly #logVariances: ReadonlyMap<LossTerm, Tensor>;
  readonly #likelihoods: ReadonlySet<LossTerm>;

  /**
   * @param store - gets one parameter per term.
   * @param terms - the terms that there are.
   * @param likelihoods - further terms that are negative logarithms of probabilities. Default: none.
   */
  constructor(store: ParameterStore, terms: readonly LossTerm[], likelihoods: readonly LossTerm[] = []) {
    const scope = store.scope().child('objective').child('log_variance');
    this.#logVariances = new Map(
      terms.map((term) => [term, scope.parameter(term, [1], { kind: 'constant', value: 0 })]),
    );
    this.#likelihoods = new Set([...LIKELIHOODS, ...likelihoods]);
  }

  /** Sum over the terms of weight times term plus the price of the weight. */
  total(terms: LossTerms<Tensor>): Tensor {
    const weighted = [...this.#logVariances].flatMap(([name, logVariance]) => {
      const term = terms[name];
      if (term === undefined) return [];
      const s = reshape(logVariance, []);
      const precision = scaleShift(exp(neg(s)), this.#likelihoods.has(name) ? 1 : 0.5, 0);
      return [add(mul(precision, term), scaleShift(s, 0.5, 0))];
    });
    return weighted.reduce(add);
  }

  /** The weight of each term as it stands. */
  weights(): LossTerms<number> {
    return Object.fromEntries(
      [...this.#logVariances].map(([name, logVariance]) => {
        return [name, Math.exp(-logVariance.toTypedArray()[0]!) * (this.#likelihoods.has(name) ? 1 : 0.5)];
      }),
    );
  }
}
