// Weights of samples by category, so that rare categories count as much as common ones. Knows labels, not columns.
import { dataError } from '../errors.js';
import { quoted } from '../text/quoted.js';
import type { CategoryLabels } from './target-transform.js';

/** Weight of one category. */
export interface CategoryWeight {
  /** Its name. */
  readonly category: string;
  /** Weight of each of its samples in the loss; above or equal to zero. */
  readonly weight: number;
}

/** Weight of every category, sorted by name; plain data that survives JSON. */
export type CategoryWeights = readonly CategoryWeight[];

/**
 * Weights that make every category count the same: N / (C n) for a category with n of N samples in C categories. Over the
 * training samples they add up to N. Samples without a category are left aside.
 *
 * @throws SeqError `TRANSFORM_UNDEFINED` if no sample has a category.
 */
export function balancedCategoryWeights(categories: CategoryLabels): CategoryWeights {
  const counts = new Map<string, number>();
  for (const category of categories) if (category != null) counts.set(category, (counts.get(category) ?? 0) + 1);
  if (counts.size === 0) {
    throw dataError(
      'TRANSFORM_UNDEFINED',
      `balancedCategoryWeights: none of ${categories.length} samples has a category. Choose a column with values.`,
    );
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts.keys()]
    .sort()
    .map((category) => ({ category, weight: total / (counts.size * counts.get(category)!) }));
}

/**
 * Weight of each sample: that of its category, or 1 where it has none or one without a weight.
 *
 * @throws SeqError `OPTION_INVALID` for a weight that is negative or not finite, or a category with two weights.
 */
export function weightsOfCategories(weights: CategoryWeights, categories: CategoryLabels): Float64Array {
  const weightOf = new Map<string, number>();
  for (const { category, weight } of weights) {
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY) || weightOf.has(category)) {
      throw dataError(
        'OPTION_INVALID',
        `weightsOfCategories: category ${quoted(category)} ${weightOf.has(category) ? 'has two weights' : `has the weight ${weight}`}. ` +
          'Give each category one number of at least 0.',
        { details: { category, weight } },
      );
    }
    weightOf.set(category, weight);
  }
  return Float64Array.from(categories, (category) => (category == null ? 1 : (weightOf.get(category) ?? 1)));
}
