// Takes a transform from data of unknown origin, such as JSON, and refuses what is none. Knows no file.
import { dataError } from '../errors.js';
import type { CategoryStatistics, TargetTransform } from './target-transform.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A target transform from plain data, as `JSON.parse` gives it. Exactly the fields of the kind must be there, and only
 * statistics that a fit can give are taken.
 *
 * @throws SeqError `TRANSFORM_INVALID` naming what is wrong.
 */
export function parseTargetTransform(data: unknown): TargetTransform {
  const fields = fieldsOf(data, 'the transform');
  const { kind } = fields;
  if (kind === 'none') {
    requireKeys(fields, ['kind']);
    return { kind };
  }
  if (kind === 'minmax' || kind === 'log-minmax') {
    requireKeys(fields, ['kind', 'minimum', 'maximum']);
    const [minimum, maximum] = [finite(fields, 'minimum'), finite(fields, 'maximum')];
    if (minimum > maximum) throw invalid(`minimum ${minimum} is above maximum ${maximum}`);
    return { kind, minimum, maximum };
  }
  if (kind === 'zscore' || kind === 'log-zscore') {
    requireKeys(fields, ['kind', 'mean', 'standardDeviation']);
    return { kind, mean: finite(fields, 'mean'), standardDeviation: notNegative(fields, 'standardDeviation') };
  }
  if (kind === 'rank-gauss') {
    requireKeys(fields, ['kind', 'values', 'scores']);
    const [values, scores] = [ascending(fields, 'values'), ascending(fields, 'scores')];
    if (values.length !== scores.length) throw invalid(`there are ${values.length} values and ${scores.length} scores`);
    return { kind, values, scores };
  }
  if (kind === 'zscore-category') return categoryZscore(fields);
  throw invalid(`its kind is ${shown(kind)}`);
}

function categoryZscore(fields: Fields): TargetTransform {
  requireKeys(fields, ['kind', 'mean', 'standardDeviation', 'shrinkage', 'categories']);
  if (!Array.isArray(fields.categories)) throw invalid('"categories" is no list');
  const categories = fields.categories.map((entry: unknown, i): CategoryStatistics => {
    const own = fieldsOf(entry, `category ${i + 1}`);
    requireKeys(own, ['category', 'count', 'mean', 'standardDeviation']);
    if (typeof own.category !== 'string') throw invalid(`the name of category ${i + 1} is ${shown(own.category)}`);
    const count = finite(own, 'count');
    if (!Number.isSafeInteger(count) || count < 1) throw invalid(`"count" of category ${i + 1} is ${count}`);
    return {
      category: own.category,
      count,
      mean: finite(own, 'mean'),
      standardDeviation: notNegative(own, 'standardDeviation'),
    };
  });
  const unsorted = categories.findIndex(({ category }, i) => i > 0 && categories[i - 1]!.category >= category);
  if (unsorted !== -1) throw invalid(`category ${unsorted + 1} stands twice or is not in order`);
  return {
    kind: 'zscore-category',
    mean: finite(fields, 'mean'),
    standardDeviation: notNegative(fields, 'standardDeviation'),
    shrinkage: notNegative(fields, 'shrinkage'),
    categories,
  };
}

function invalid(problem: string): Error {
  return dataError(
    'TRANSFORM_INVALID',
    `parseTargetTransform: ${problem}. Give a transform as it was saved; fit it again if the file was changed.`,
  );
}

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 60) ?? String(value);

function fieldsOf(data: unknown, what: string): Fields {
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as Fields;
  throw invalid(`${what} is ${shown(data)}`);
}

function requireKeys(fields: Fields, wanted: readonly string[]): void {
  const missing = wanted.filter((key) => !Object.hasOwn(fields, key));
  if (missing.length > 0) throw invalid(`"${missing[0]}" is missing`);
  const surplus = Object.keys(fields).filter((key) => !wanted.includes(key));
  if (surplus.length > 0) throw invalid(`${shown(surplus[0])} is no field of it`);
}

function finite(fields: Fields, key: string): number {
  const value = fields[key];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw invalid(`"${key}" is ${shown(value)}`);
}

function notNegative(fields: Fields, key: string): number {
  const value = finite(fields, key);
  if (value < 0) throw invalid(`"${key}" is ${value}`);
  return value;
}

function ascending(fields: Fields, key: string): number[] {
  const list = fields[key];
  if (!Array.isArray(list) || list.length === 0) throw invalid(`"${key}" is no list of numbers`);
  list.forEach((value: unknown, i) => {
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw invalid(`number ${i + 1} of "${key}" is ${shown(value)}`);
    if (i > 0 && !((list[i - 1] as number) < value)) throw invalid(`"${key}" does not rise at number ${i + 1}`);
  });
  return [...(list as number[])];
}
