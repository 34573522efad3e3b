// Warns where a split at random may let a model recognise subjects instead of learning the target.
import { findLeakage, type SampleMetadata, type SampleSplit } from '@seq/data';

/** Names that columns of subjects, households or studies usually have. */
const RELATED = /(^|_)(host|subject|individual|patient|participant|family|household|study)(_|$)/i;

/** A sentence for every likely grouping column with members on both sides. */
export function leakageWarnings(split: SampleSplit, metadata: SampleMetadata): readonly string[] {
  return [...metadata.columns.values()]
    .filter(({ name }) => RELATED.test(name))
    .flatMap(({ name, values }) => {
      const labelOf = (sampleId: string): string | null => values[metadata.sampleIndex(sampleId) ?? -1] ?? null;
      const leakage = findLeakage(split, { column: name, labelOf });
      return leakage === undefined ? [] : [`Warning: ${leakage.message}`];
    });
}
