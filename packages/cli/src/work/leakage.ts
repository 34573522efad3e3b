// Warns where a split at random may let a model recognise subjects instead of learning the target.
import { findLeakage, groupingColumns, type SampleMetadata, type SampleSplit } from '@seq/data';

/** A sentence for every likely grouping column with members on both sides. */
export function leakageWarnings(split: SampleSplit, metadata: SampleMetadata): readonly string[] {
  const sampleIds = [...split.training, ...split.validation];
  return groupingColumns(metadata, { sampleIds }).flatMap((column) => {
    const { values } = metadata.column(column);
    const labelOf = (sampleId: string): string | null => values[metadata.sampleIndex(sampleId) ?? -1] ?? null;
    const leakage = findLeakage(split, { column, labelOf });
    return leakage === undefined ? [] : [`Warning: ${leakage.message}`];
  });
}
