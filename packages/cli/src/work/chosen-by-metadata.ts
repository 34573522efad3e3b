// Chooses samples by the conditions of `--where`; a text that is no condition is a wrong call.
import { type SampleMetadata, type SeqError, samplesWhere } from '@seq/data';
import type { CommandContext } from '../command.js';
import { UsageError } from '../failure.js';

/**
 * Those of the samples for which `--where` holds, or all of them without it, and a note on how many.
 *
 * @throws UsageError for a text that is no condition, and where no sample is left
 */
export function chosenByMetadata(
  { settings, progress }: CommandContext,
  metadata: SampleMetadata | undefined,
  sampleIds: readonly string[],
): readonly string[] {
  const where = settings.textOrUnset('where');
  if (where === undefined) return sampleIds;
  if (metadata === undefined) throw new UsageError('--where: the columns stand in the metadata. Give --metadata.');
  const chosen = matching(metadata, where, sampleIds);
  if (chosen.length === 0) {
    throw new UsageError(`--where: no sample has ${where}${valuesOf(metadata, where, sampleIds)}.`);
  }
  progress.note(`${chosen.length} of ${sampleIds.length} samples have ${where}`);
  return chosen;
}

function matching(metadata: SampleMetadata, where: string, sampleIds: readonly string[]): string[] {
  try {
    return samplesWhere(metadata, { where, sampleIds });
  } catch (error) {
    const { code, message } = error as SeqError;
    throw code === 'OPTION_INVALID' ? new UsageError(`--where: ${message}`) : error;
  }
}

/** Half a sentence with the first values of the first column that the conditions name. */
function valuesOf(metadata: SampleMetadata, where: string, sampleIds: readonly string[]): string {
  const column = [...metadata.columns.values()].find(({ name }) => where.trimStart().startsWith(name));
  if (column === undefined) return '';
  const values = sampleIds.map((id) => column.values[metadata.sampleIndex(id) ?? -1] ?? null);
  const found = new Set(values.filter((value) => value !== null));
  const shown = [...found].slice(0, 5);
  const more = found.size > shown.length ? ', ...' : '';
  return `; values of ${column.name} are ${shown.map((value) => JSON.stringify(value)).join(', ')}${more}`;
}
