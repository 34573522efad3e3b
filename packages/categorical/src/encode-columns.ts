// From text to indices, over all columns at once, since parents and children decide about each other. It knows no files.
import type { FittedColumn } from './fitted-column.js';
import type { StringColumn } from './string-columns.js';
import type { UnseenColumn, UnseenValue } from './unseen-report.js';

/** Different unseen values that a report lists. */
const LISTED = 5;

/** The indices of one column and what was unusual about it. */
export interface EncodedColumn {
  /** One index per sample. */
  readonly indices: Int32Array;
  /** What was unseen. */
  readonly unseen: UnseenColumn;
}

interface Columns {
  readonly fitted: ReadonlyMap<string, FittedColumn>;
  readonly given: ReadonlyMap<string, StringColumn>;
}

/**
 * Encodes every fitted column. With parents: a missing parent follows from a known child; a child that was seen under
 * another parent only is unseen.
 *
 * @param fitted - parents are columns, too, without circles.
 * @param given - holds all fitted columns, of one length.
 */
export function encodeColumns(
  fitted: ReadonlyMap<string, FittedColumn>,
  given: ReadonlyMap<string, StringColumn>,
): ReadonlyMap<string, EncodedColumn> {
  const columns = { fitted, given };
  const indices = new Map([...fitted].map(([name, column]) => [name, rawIndices(column, given.get(name)!)]));
  const parentsFirst = [...fitted.keys()].sort((a, b) => depth(fitted, a) - depth(fitted, b));
  for (const name of parentsFirst.toReversed()) inferParents(columns, indices, name);
  for (const name of parentsFirst) dropForeignChildren(columns, indices, name);
  return new Map(
    [...indices].map(([name, column]) => [name, { indices: column, unseen: unseenOf(columns, column, name) }]),
  );
}

function rawIndices({ indices }: FittedColumn, values: StringColumn): Int32Array {
  return Int32Array.from(values, (value) => (isMissing(value) ? 0 : (indices.get(value) ?? 0)));
}

function isMissing(value: string | null | undefined): value is null | undefined {
  return value === null || value === undefined;
}

function depth(fitted: Columns['fitted'], name: string): number {
  const { parent } = fitted.get(name)!;
  return parent === undefined ? 0 : 1 + depth(fitted, parent.name);
}

/** Fills in the parents of known children where no parent is given. */
function inferParents({ fitted, given }: Columns, indices: ReadonlyMap<string, Int32Array>, name: string): void {
  const { parent } = fitted.get(name)!;
  if (parent === undefined) return;
  const above = indices.get(parent.name)!;
  const givenAbove = given.get(parent.name)!;
  for (const [row, index] of indices.get(name)!.entries()) {
    if (index > 0 && above[row] === 0 && isMissing(givenAbove[row])) above[row] = parent.indices[index - 1]!;
  }
}

/** Sets children to unseen whose parent is not the one that they were seen under. */
function dropForeignChildren({ fitted }: Columns, indices: ReadonlyMap<string, Int32Array>, name: string): void {
  const { parent } = fitted.get(name)!;
  if (parent === undefined) return;
  const above = indices.get(parent.name)!;
  const own = indices.get(name)!;
  for (const [row, index] of own.entries()) {
    if (index > 0 && parent.indices[index - 1] !== above[row]) own[row] = 0;
  }
}

function unseenOf({ fitted, given }: Columns, indices: Int32Array, name: string): UnseenColumn {
  const { indices: known } = fitted.get(name)!;
  const unseen = new Map<string, UnseenValue>();
  let [missingCount, unseenCount, otherParentCount, inferredCount] = [0, 0, 0, 0];
  for (const [row, value] of given.get(name)!.entries()) {
    const hasIndex = indices[row]! > 0;
    if (isMissing(value)) {
      if (hasIndex) inferredCount += 1;
      else missingCount += 1;
    } else if (!hasIndex) {
      unseenCount += 1;
      if (known.has(value)) otherParentCount += 1;
      const before = unseen.get(value);
      unseen.set(value, { value, row: before?.row ?? row, count: (before?.count ?? 0) + 1 });
    }
  }
  const first = [...unseen.values()].slice(0, LISTED);
  const counts = { missingCount, unseenCount, otherParentCount, inferredCount, distinctCount: unseen.size };
  return { name, sampleCount: indices.length, ...counts, first };
}
