// Warns where a split at random may let a model recognise subjects instead of learning the target.
import {
  FeatureTable,
  type FeatureTableSource,
  findLeakage,
  findSharedCommunities,
  findSharedCommunitiesInSource,
  groupingColumns,
  type SampleMetadata,
  type SampleSplit,
} from '@seq/data';

/** What relates samples. */
export interface LeakageSources {
  /** Metadata of the samples; without them, columns are not looked at. */
  readonly metadata?: SampleMetadata | undefined;
  /** The table of the samples; counts that are not in memory are read through once. */
  readonly table: FeatureTable | FeatureTableSource;
  /** Ends the reading. */
  readonly signal: AbortSignal;
  /** Column whose groups were kept together. Where it names subjects or the like, other columns are not looked at. */
  readonly groupColumn?: string | undefined;
}

/** What one split may be too good by: a column, or equal communities under an empty name; with a sentence about it. */
type Leaks = ReadonlyMap<string, string>;

/**
 * A sentence for every likely grouping column with members on both sides, and one if communities are on both sides; of
 * several folds, which all divide the same samples, about the first that is concerned, and in how many it is so.
 */
export async function leakageWarnings(
  splits: readonly SampleSplit[],
  sources: LeakageSources,
): Promise<readonly string[]> {
  const columns = columnsToLookAt(splits[0]!, sources);
  const found: Leaks[] = [];
  for (const split of splits) found.push(await leaksOf(split, columns, sources));
  const names = [...new Set(found.flatMap((leaks) => [...leaks.keys()]))].sort();
  return names.map((name) => {
    const concerned = found.flatMap((leaks, fold) => (leaks.has(name) ? [fold] : []));
    const [first = 0] = concerned;
    const where = splits.length === 1 ? '' : `in ${concerned.length} of ${splits.length} folds; in fold ${first + 1}: `;
    return `Warning: ${where}${found[first]!.get(name)}`;
  });
}

async function leaksOf(
  split: SampleSplit,
  columns: readonly string[],
  { metadata, table, signal }: LeakageSources,
): Promise<Leaks> {
  const leaks = new Map<string, string>();
  for (const column of columns) {
    const { values } = metadata!.column(column);
    const labelOf = (sampleId: string): string | null => values[metadata!.sampleIndex(sampleId) ?? -1] ?? null;
    const leak = findLeakage(split, { column, labelOf });
    if (leak !== undefined) leaks.set(column, `${leak.message} On the command line: --group-column ${column}.`);
  }
  const shared =
    table instanceof FeatureTable
      ? findSharedCommunities(table, { split })
      : await findSharedCommunitiesInSource(table, { split, signal });
  if (shared !== undefined) leaks.set('', shared.message);
  return leaks;
}

function columnsToLookAt(
  { training, validation }: SampleSplit,
  { metadata, groupColumn }: LeakageSources,
): readonly string[] {
  const columns = metadata === undefined ? [] : groupingColumns(metadata, { sampleIds: [...training, ...validation] });
  return groupColumn !== undefined && columns.includes(groupColumn) ? [] : columns;
}
