// The work of `aam data filter`: the part of a table that meets conditions, and the list of what was left out.
import {
  type FeatureTable,
  filterTable,
  readFeatureTable,
  readSampleIds,
  readSampleMetadata,
  selectSamples,
  writeFeatureTable,
} from '@seq/data';
import type { CommandContext, CommandWork } from '../command.js';
import { chosenByMetadata } from './chosen-by-metadata.js';
import { inFoldersOfTable, reportRemovals, requireTableName } from './removals.js';

/** Writes the filtered table. */
export const filterSamplesAndFeatures: CommandWork = async (context) => {
  requireTableName(context.settings);
  await inFoldersOfTable(context.settings, () => filterAndWrite(context));
};

async function filterAndWrite(context: CommandContext): Promise<void> {
  const { settings, progress, signal } = context;
  const table = await readFeatureTable(settings.text('table'), { signal });
  const filtered = filterTable(table, {
    sampleIds: await chosenSamples(context, table),
    minimumReads: settings.numberOrUnset('min-reads'),
    minimumPrevalence: settings.numberOrUnset('min-prevalence'),
    minimumSamples: settings.numberOrUnset('min-samples'),
    minimumFeatureReads: settings.numberOrUnset('min-feature-reads'),
  });
  await writeFeatureTable(filtered.table, settings.text('output'), { signal });
  await reportRemovals(context, filtered);
  progress.note(`table in ${settings.text('output')}`);
}

/** Samples by list and metadata; undefined if nothing was said of them. */
async function chosenSamples(context: CommandContext, table: FeatureTable): Promise<readonly string[] | undefined> {
  const { settings } = context;
  const paths = {
    metadata: settings.textOrUnset('metadata'),
    samples: settings.textOrUnset('samples'),
    excluded: settings.textOrUnset('exclude-samples'),
  };
  const metadata = paths.metadata === undefined ? undefined : await readSampleMetadata(paths.metadata);
  if (paths.samples === undefined && paths.excluded === undefined && settings.textOrUnset('where') === undefined) {
    return undefined;
  }
  const named = paths.samples === undefined ? undefined : await readSampleIds(paths.samples);
  const excluded = paths.excluded === undefined ? [] : await readSampleIds(paths.excluded);
  // Ids that the table does not have are refused here, before one list hides those of the other.
  selectSamples(table, [...new Set([...(named ?? []), ...excluded])]);
  const left = new Set(excluded);
  const chosen = (named ?? table.sampleIds).filter((id) => !left.has(id));
  return chosenByMetadata(context, metadata, chosen);
}
