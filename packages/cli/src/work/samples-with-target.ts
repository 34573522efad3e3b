// Leaves samples without a target value out, where the user allows it, and says so.
import { type SampleMetadata, textColumn } from '@seq/data';
import type { CommandContext } from '../command.js';

/**
 * The samples that have a value in `--metadata-column`. Without `--missing drop`, and where no sample has one, all of
 * them: what is missing is then an error of who needs it.
 */
export function samplesWithTarget(
  { settings, progress }: CommandContext,
  metadata: SampleMetadata,
  sampleIds: readonly string[],
): readonly string[] {
  if (settings.text('missing') !== 'drop') return sampleIds;
  const column = settings.text('metadata-column');
  const values = textColumn(metadata, { column, sampleIds });
  const known = sampleIds.filter((_, i) => values[i] !== null);
  const missing = sampleIds.filter((_, i) => values[i] === null);
  if (known.length === 0 || missing.length === 0) return sampleIds;
  progress.note(
    `${missing.length} of ${sampleIds.length} samples have no value in column "${column}" and are left out (first: ${missing[0]})`,
  );
  return known;
}
