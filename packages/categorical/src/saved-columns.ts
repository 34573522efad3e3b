// Reads the columns of an encoder's saved form, which may come from anywhere. It knows no samples.
import { SeqError } from '@seq/tensor';
import type { CategoricalErrorCode } from './errors.js';
import { type FittedColumn, type FittedParent, fittedColumn } from './fitted-column.js';

/**
 * The fitted columns of a saved form.
 *
 * @throws SeqError `ENCODER_BROKEN` naming what is wrong.
 */
export function savedColumns(saved: readonly unknown[]): readonly (readonly [string, FittedColumn])[] {
  const columns = saved.map(savedColumn);
  const byName = new Map(columns);
  if (byName.size < columns.length) throw encoderBroken('it has two columns of one name');
  for (const [name, { parent }] of columns) if (parent !== undefined) refuseParent(name, parent, byName);
  return columns;
}

function savedColumn(column: unknown): readonly [string, FittedColumn] {
  if (!isRecord(column) || typeof column.name !== 'string' || typeof column.isRequired !== 'boolean') {
    throw encoderBroken('a column has no name or does not say whether it is required');
  }
  const { name, isRequired, categories, parent, parentIndices } = column;
  if (name === '') throw encoderBroken('a column has an empty name');
  if (!isDistinctText(categories)) throw encoderBroken(`the categories of "${name}" are no distinct texts`);
  if (parent === undefined && parentIndices === undefined) return [name, fittedColumn([...categories], isRequired)];
  if (typeof parent !== 'string' || !isIndices(parentIndices, categories.length)) {
    throw encoderBroken(`the parent of "${name}" has no name or not one index per category`);
  }
  return [name, fittedColumn([...categories], isRequired, { name: parent, indices: [...parentIndices] })];
}

function refuseParent(name: string, parent: FittedParent, columns: ReadonlyMap<string, FittedColumn>): void {
  const above = columns.get(parent.name);
  if (above === undefined) throw encoderBroken(`the parent "${parent.name}" of "${name}" is none of its columns`);
  const outside = parent.indices.find((index) => index > above.categories.length);
  if (outside !== undefined) throw encoderBroken(`"${parent.name}" has no category ${outside}, which "${name}" names`);
  const path = new Set([name]);
  for (let next: string | undefined = parent.name; next !== undefined; next = columns.get(next)?.parent?.name) {
    if (path.has(next)) throw encoderBroken(`"${next}" is its own ancestor`);
    path.add(next);
  }
}

function isDistinctText(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.every((item) => typeof item === 'string') && new Set(value).size === value.length
  );
}

function isIndices(value: unknown, length: number): value is readonly number[] {
  return (
    Array.isArray(value) && value.length === length && value.every((item) => Number.isSafeInteger(item) && item >= 0)
  );
}

/** True for an object that is no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The error of a saved form that cannot be used. */
export function encoderBroken(found: string): SeqError<CategoricalErrorCode> {
  const message = `CategoricalEncoder.fromJSON: ${found}. Save the encoder again.`;
  return new SeqError<CategoricalErrorCode>('ENCODER_BROKEN', message);
}
