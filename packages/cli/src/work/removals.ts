// Tells what was left out of a table: in a few lines, and as a list where one was asked for.
import {
  type FilteredTable,
  featureTableFormat,
  featureTableFormats,
  type Removal,
  type RemovalReason,
  writeWhole,
} from '@seq/data';
import { counted, firstFew, grouped, tabCell } from '@seq/data/files';
import type { CommandContext } from '../command.js';
import { UsageError } from '../failure.js';
import type { SettingsReader } from '../settings-reader.js';
import { inOutputFolders } from './output-folder.js';

/**
 * The name in `--output` is one of a table; found before any work.
 *
 * @throws UsageError
 */
export function requireTableName(settings: SettingsReader): void {
  const output = settings.text('output');
  if (featureTableFormat(output) !== undefined) return;
  throw new UsageError(
    `--output: the end of ${JSON.stringify(output)} names no format of tables. ` +
      `Known are ${featureTableFormats.map((format) => `.${format}`).join(', ')} and .tsv.gz.`,
  );
}

/**
 * Does the work in whose end the table and the list of what was left out are written. Their folders are made before, and
 * are no more if the work fails.
 */
export function inFoldersOfTable(settings: SettingsReader, work: () => Promise<void>): Promise<void> {
  return inOutputFolders([settings.text('output'), settings.textOrUnset('removed')], work);
}

const reasonWords: Readonly<Record<RemovalReason, string>> = {
  'not-chosen': 'not chosen',
  'too-few-samples': 'in too few samples',
  'too-few-reads': 'too few reads',
  'no-reads': 'no reads left',
};

/** Prints how much was kept, and by reason what was not; writes the list of `--removed`. */
export async function reportRemovals(
  { settings, progress }: CommandContext,
  { table, removedSamples, removedFeatures, reads }: FilteredTable,
): Promise<void> {
  const lines = [
    ...linesOf('samples', table.sampleCount, removedSamples),
    ...linesOf('features', table.featureCount, removedFeatures),
    `reads: ${grouped(reads.kept)} of ${grouped(reads.inTable)} kept ` +
      `(${reads.inTable === 0 ? '0.0' : ((100 * reads.kept) / reads.inTable).toFixed(1)} %)`,
  ];
  progress.note(lines.join('\n'));
  const path = settings.textOrUnset('removed');
  if (path === undefined) return;
  const rows = [
    ['kind', 'id', 'reason', 'reads'],
    ...removedSamples.map((removal) => cellsOf('sample', removal)),
    ...removedFeatures.map((removal) => cellsOf('feature', removal)),
  ];
  await writeWhole(path, (file) => file.writeFile(rows.map((cells) => `${cells.join('\t')}\n`).join('')));
}

function linesOf(what: string, kept: number, removed: readonly Removal[]): string[] {
  const all = kept + removed.length;
  const reasons = [...new Set(removed.map(({ reason }) => reason))];
  return [
    `${what}: ${removed.length === 0 ? `all ${grouped(all)}` : `${grouped(kept)} of ${grouped(all)}`} kept`,
    ...reasons.map((reason) => {
      const found = removed.filter((removal) => removal.reason === reason);
      const reads = found.reduce((sum, removal) => sum + removal.reads, 0);
      const ids = firstFew(found.map(({ id }) => id));
      return `  ${grouped(found.length)} ${reasonWords[reason]} (${ids}; ${counted(reads, 'read')})`;
    }),
  ];
}

function cellsOf(kind: string, { id, reason, reads }: Removal): string[] {
  return [kind, tabCell(id), reason, String(reads)];
}
