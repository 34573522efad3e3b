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
}

/** A sentence for every likely grouping column with members on both sides, and one if communities are on both sides. */
export async function leakageWarnings(
  split: SampleSplit,
  { metadata, table, signal }: LeakageSources,
): Promise<readonly string[]> {
  const sampleIds = [...split.training, ...split.validation];
  const columns = metadata === undefined ? [] : groupingColumns(metadata, { sampleIds });
  const ofColumns = columns.map((column) => {
    const { values } = metadata!.column(column);
    const labelOf = (sampleId: string): string | null => values[metadata!.sampleIndex(sampleId) ?? -1] ?? null;
    return findLeakage(split, { column, labelOf });
  });
  const ofCommunities =
    table instanceof FeatureTable
      ? findSharedCommunities(table, { split })
      : await findSharedCommunitiesInSource(table, { split, signal });
  return [...ofColumns, ofCommunities].flatMap((warning) =>
    warning === undefined ? [] : [`Warning: ${warning.message}`],
  );
}
