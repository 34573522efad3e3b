// Warns where a split at random may let a model recognise subjects instead of learning the target.
import {
  type FeatureTable,
  findLeakage,
  findSharedCommunities,
  groupingColumns,
  type SampleMetadata,
  type SampleSplit,
} from '@seq/data';

/** What relates samples. */
export interface LeakageSources {
  /** Metadata of the samples; without them, columns are not looked at. */
  readonly metadata?: SampleMetadata | undefined;
  /** The table of the samples; without it, communities are not compared. */
  readonly table?: FeatureTable | undefined;
}

/** A sentence for every likely grouping column with members on both sides, and one if communities are on both sides. */
export function leakageWarnings(split: SampleSplit, { metadata, table }: LeakageSources): readonly string[] {
  const sampleIds = [...split.training, ...split.validation];
  const columns = metadata === undefined ? [] : groupingColumns(metadata, { sampleIds });
  const ofColumns = columns.map((column) => {
    const { values } = metadata!.column(column);
    const labelOf = (sampleId: string): string | null => values[metadata!.sampleIndex(sampleId) ?? -1] ?? null;
    return findLeakage(split, { column, labelOf });
  });
  const ofCommunities = table === undefined ? undefined : findSharedCommunities(table, { split });
  return [...ofColumns, ofCommunities].flatMap((warning) =>
    warning === undefined ? [] : [`Warning: ${warning.message}`],
  );
}
