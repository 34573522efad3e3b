// Leaves samples without a target value out, where the user allows it, and says so.
import { type SampleMetadata, textColumn } from '@seq/data';
import type { CommandContext } from '../command.js';
import { predictedColumns } from './named-targets.js';

/**
 * The samples that have a value in every column that is predicted. Without `--missing drop`, and where no sample has one, all of
 * them: what is missing is then an error of who needs it.
 */
export function samplesWithTarget(
  { settings, progress }: CommandContext,
  metadata: SampleMetadata,
  sampleIds: readonly string[],
): readonly string[] {
  if (settings.text('missing') !== 'drop') return sampleIds;
  return predictedColumns(settings).reduce((kept, column) => {
    const values = textColumn(metadata, { column, sampleIds: kept });
    const known = kept.filter((_, i) => values[i] !== null);
    const missing = kept.filter((_, i) => values[i] === null);
    if (known.length === 0 || missing.length === 0) return kept;
    progress.note(
      `${missing.length} of ${kept.length} samples have no value in column "${column}" and are left out (first: ${missing[0]})`,
    );
    return known;
  }, sampleIds);
}
