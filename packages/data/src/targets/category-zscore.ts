// Z-scores within categories, small categories drawn towards the whole. Knows labels, not columns.
import { dataError } from '../errors.js';
import { divisorOf, moments } from './moments.js';
import type { CategoryLabels, CategoryStatistics, CategoryZscoreTransform } from './target-transform.js';

/**
 * Statistics of every category: with n values of mean m and variance v in it, M and V of all values, and shrinkage k,
 * mean (n m + k M) / (n + k) and variance (n v + k V) / (n + k).
 *
 * @param values - finite; at least one.
 * @param categories - one per value; values without one count for the whole only.
 */
export function fitCategoryZscore(
  values: Float64Array,
  categories: CategoryLabels,
  shrinkage: number,
): CategoryZscoreTransform {
  const whole = moments(values);
  const members = new Map<string, number[]>();
  categories.forEach((category, i) => {
    if (category === null || category === undefined) return;
    const found = members.get(category);
    if (found === undefined) members.set(category, [values[i]!]);
    else found.push(values[i]!);
  });
  const ofCategory = (category: string): CategoryStatistics => {
    const own = Float64Array.from(members.get(category)!);
    const { mean, standardDeviation } = moments(own);
    const mixed = (ofOwn: number, ofWhole: number): number =>
      (own.length * ofOwn + shrinkage * ofWhole) / (own.length + shrinkage);
    return {
      category,
      count: own.length,
      mean: mixed(mean, whole.mean),
      standardDeviation: Math.sqrt(mixed(standardDeviation ** 2, whole.standardDeviation ** 2)),
    };
  };
  return { kind: 'zscore-category', ...whole, shrinkage, categories: [...members.keys()].sort().map(ofCategory) };
}

/** Mean and divisor for each label: those of its category, or of the whole where it is missing or unknown. */
export function categoryScales(
  transform: CategoryZscoreTransform,
  categories: CategoryLabels,
): { readonly mean: number; readonly divisor: number }[] {
  const scaleOf = (of: { readonly mean: number; readonly standardDeviation: number }) => ({
    mean: of.mean,
    divisor: divisorOf(of.standardDeviation),
  });
  const whole = scaleOf(transform);
  const known = new Map(transform.categories.map((statistics) => [statistics.category, scaleOf(statistics)]));
  return categories.map((category) => (category == null ? whole : (known.get(category) ?? whole)));
}

/**
 * The categories, one per value.
 *
 * @throws SeqError `OPTION_INVALID`
 */
export function requireCategories(
  asked: string,
  categories: CategoryLabels | undefined,
  valueCount: number,
): CategoryLabels {
  if (categories?.length === valueCount) return categories;
  throw dataError(
    'OPTION_INVALID',
    `${asked}: zscore-category needs the category of each of ${valueCount} values, and ` +
      `${categories === undefined ? 'none is' : `${categories.length} are`} given. Give one per value; null where there is none.`,
    { details: { option: 'categories' } },
  );
}
