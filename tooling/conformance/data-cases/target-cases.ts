// Transformed targets and weights of categories of one small table.
import {
  applyTargetTransform,
  balancedCategoryWeights,
  fitCategoryTransform,
  fitTargetTransform,
  invertTargetTransform,
  type TargetTransform,
  type TargetTransformKind,
  targetTransformKinds,
} from '@seq/data';
import type { Check } from '../check.js';
import { tolerance } from '../tolerances.js';
import type { RunnableCase, VectorCase } from '../vector-set.js';

/** Part `targets` of `dataset/expected.json`. */
export interface TargetsContent {
  readonly values_in_sample_order: readonly number[];
  readonly groups_in_sample_order?: readonly string[];
  readonly [kind: string]: unknown;
}

interface Transform {
  readonly forward: readonly number[];
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  readonly std?: number;
}

interface CategoryTransform {
  readonly stats: Readonly<Record<string, { readonly mean: number; readonly std: number }>>;
  readonly global_mean: number;
  readonly global_std: number;
  readonly forward: readonly number[];
}

/** One case per transform, and one for the weights. */
export function* targetCases(name: string, targets: TargetsContent): Generator<VectorCase> {
  const values = targets.values_in_sample_order;
  const categories = (targets.groups_in_sample_order ?? []).map((group) => `grp=${group}`);
  for (const [kind, wanted] of Object.entries(targets)) {
    if (typeof wanted !== 'object' || Array.isArray(wanted) || wanted === null) continue;
    yield { name: `${name}_${kind}`, ...workOf(kind, values, categories, wanted) };
  }
}

function workOf(
  kind: string,
  values: readonly number[],
  categories: readonly string[],
  wanted: object,
): Pick<RunnableCase, 'run'> | { readonly unsupported: string } {
  if ((targetTransformKinds as readonly string[]).includes(kind)) {
    return { run: (check) => checkTransform(kind as TargetTransformKind, values, wanted as Transform, check) };
  }
  if (kind === 'zscore-category') {
    return { run: (check) => checkCategories(values, categories, wanted as CategoryTransform, check) };
  }
  if (kind === 'category_weights_auto') {
    return { run: (check) => checkWeights(categories, wanted as Readonly<Record<string, number>>, check) };
  }
  return { unsupported: `no target transform is named ${kind}` };
}

function checkTransform(kind: TargetTransformKind, values: readonly number[], wanted: Transform, check: Check): void {
  const within = tolerance('float64/scalar');
  const transform = fitTargetTransform(kind, values);
  const statistics = statisticsOf(transform);
  for (const statistic of ['min', 'max', 'mean', 'std'] as const) {
    const want = wanted[statistic];
    if (want !== undefined) check.close(statistic, statistics[statistic] ?? Number.NaN, want, within);
  }
  const scaled = applyTargetTransform(transform, values);
  check.close('forward', scaled, wanted.forward, within);
  check.close('there and back', invertTargetTransform(transform, scaled), values, within);
}

function statisticsOf(transform: TargetTransform): Partial<Record<'min' | 'max' | 'mean' | 'std', number>> {
  if ('minimum' in transform) return { min: transform.minimum, max: transform.maximum };
  return 'mean' in transform ? { mean: transform.mean, std: transform.standardDeviation } : {};
}

/** The reference takes every category by itself, and 1e-8 for a spread of nothing, which we leave what it is. */
function checkCategories(
  values: readonly number[],
  categories: readonly string[],
  wanted: CategoryTransform,
  check: Check,
): void {
  const within = tolerance('float64/scalar');
  const transform = fitCategoryTransform(values, { categories, shrinkage: 0 });
  check.close('mean of all', transform.mean, wanted.global_mean, within);
  check.close('spread of all', transform.standardDeviation, wanted.global_std, within);
  check.equal(
    'categories',
    transform.categories.map(({ category }) => category),
    Object.keys(wanted.stats).sort(),
  );
  for (const { category, mean, standardDeviation } of transform.categories) {
    const want = wanted.stats[category]!;
    check.close(`mean of ${category}`, mean, want.mean, within);
    if (want.std === 1e-8) check.equal(`spread of ${category}`, standardDeviation, 0);
    else check.close(`spread of ${category}`, standardDeviation, want.std, within);
  }
  const scaled = applyTargetTransform(transform, values, { categories });
  check.close('forward', scaled, wanted.forward, within);
  check.close('there and back', invertTargetTransform(transform, scaled, { categories }), values, within);
}

function checkWeights(categories: readonly string[], wanted: Readonly<Record<string, number>>, check: Check): void {
  const weights = balancedCategoryWeights(categories);
  check.equal(
    'categories',
    weights.map(({ category }) => category),
    Object.keys(wanted).sort(),
  );
  for (const { category, weight } of weights) {
    check.close(`weight of ${category}`, weight, wanted[category]!, tolerance('float64/scalar'));
  }
}
