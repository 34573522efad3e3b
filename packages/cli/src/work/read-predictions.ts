// Reads tables of predictions, as `aam predict`, `aam train` and `aam rf-baseline` write them. It scores nothing.
import { groupColumn, numericColumn, readSampleMetadata, SampleMetadata } from '@seq/data';
import type { ClassPredictionRow, PredictionRow } from '@seq/train';
import type { CommandContext } from '../command.js';

/** What a file holds. */
export type ReadPredictions =
  | { readonly kind: 'numbers'; readonly rows: readonly PredictionRow[] }
  | { readonly kind: 'classes'; readonly rows: readonly ClassPredictionRow[] };

const PROBABILITY = 'probability_';

/**
 * The predictions of a file whose actual value is known; how many others there are is said.
 *
 * @param target - which target of several: the one whose columns begin with its name and a colon, else the main one.
 */
export async function readPredictions(
  path: string,
  target: string,
  { progress }: CommandContext,
): Promise<ReadPredictions> {
  const table = ofTarget(await readSampleMetadata(path), target);
  const { values } = table.column('actual');
  const known = table.sampleIds.filter((_, i) => values[i] !== null);
  const unknown = table.sampleIds.length - known.length;
  if (unknown > 0 && known.length > 0) {
    progress.note(`${unknown} of ${table.sampleIds.length} samples of ${path} have no actual value and are left out`);
  }
  const sampleIds = known.length > 0 ? known : table.sampleIds;
  return holdsClasses(table)
    ? { kind: 'classes', rows: classRows(table, sampleIds) }
    : { kind: 'numbers', rows: numberRows(table, sampleIds) };
}

/** The table with the columns of one target of several under the names of those of the main one. */
function ofTarget(table: SampleMetadata, target: string): SampleMetadata {
  const prefix = `${target}:`;
  if (!table.columns.has(`${prefix}predicted`)) return table;
  const own = [...table.columns.values()].filter(({ name }) => name.startsWith(prefix));
  const columns = own.map((column) => ({ ...column, name: column.name.slice(prefix.length) }));
  return new SampleMetadata(table.sampleIds, columns);
}

/** Classes have probabilities; without these, they are what no sample has a number for. */
function holdsClasses(table: SampleMetadata): boolean {
  if ([...table.columns.keys()].some((name) => name.startsWith(PROBABILITY))) return true;
  const predicted = table.column('predicted').values.filter((value) => value !== null);
  return predicted.length > 0 && predicted.every((value) => Number.isNaN(Number(value)));
}

function numberRows(table: SampleMetadata, sampleIds: readonly string[]): PredictionRow[] {
  const actual = numericColumn(table, { column: 'actual', sampleIds });
  const predicted = numericColumn(table, { column: 'predicted', sampleIds });
  return sampleIds.map((sampleId, i) => ({ sampleId, actual: actual[i]!, predicted: predicted[i]! }));
}

function classRows(table: SampleMetadata, sampleIds: readonly string[]): ClassPredictionRow[] {
  const actual = groupColumn(table, { column: 'actual', sampleIds });
  const predicted = groupColumn(table, { column: 'predicted', sampleIds });
  const columns = [...table.columns.keys()].filter((name) => name.startsWith(PROBABILITY));
  const probabilities = columns.map((column) => {
    return [column.slice(PROBABILITY.length), numericColumn(table, { column, sampleIds })] as const;
  });
  return sampleIds.map((sampleId, i) => ({
    sampleId,
    actual: actual[i]!,
    predicted: predicted[i]!,
    probabilities: new Map(probabilities.map(([name, of]) => [name, of[i]!])),
  }));
}
