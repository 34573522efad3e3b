// The work of `aam data rarefy`: a table with the same number of reads in every sample.

import {
  type FeatureTable,
  featureTotals,
  filterTable,
  rarefyGradually,
  readFeatureTable,
  referenceRarefy,
  sampleTotals,
  writeFeatureTable,
} from '@seq/data';
import { grouped } from '@seq/data/files';
import type { CommandContext, CommandWork } from '../command.js';
import { UsageError } from '../failure.js';
import type { SettingsReader } from '../settings-reader.js';
import { inFoldersOfTable, reportRemovals, requireTableName } from './removals.js';

/** Writes the rarefied table, without features that have no reads any more. */
export const rarefyTable: CommandWork = async (context) => {
  const { settings } = context;
  requireTableName(settings);
  const isLikeReference = settings.switch('like-reference');
  if (isLikeReference && settings.text('below-depth') === 'keep') {
    throw new UsageError(
      '--like-reference: the reference leaves samples below the depth out. Give no --below-depth keep.',
    );
  }
  await inFoldersOfTable(settings, () => rarefyAndWrite(context, isLikeReference));
};

async function rarefyAndWrite(context: CommandContext, isLikeReference: boolean): Promise<void> {
  const { settings, progress, signal } = context;
  const table = await readFeatureTable(settings.text('table'), { signal });
  const rarefied = isLikeReference ? likeReference(table, settings) : await drawn(table, context);
  const kept = filterTable(rarefied, {}).table;
  await writeFeatureTable(kept, settings.text('output'), { signal });
  await reportRemovals(context, whatWasLost(table, kept));
  progress.note(`${grouped(settings.number('rarefy-depth'))} reads of every sample, in ${settings.text('output')}`);
}

function likeReference(table: FeatureTable, settings: SettingsReader): FeatureTable {
  return referenceRarefy(table, {
    depth: settings.number('rarefy-depth'),
    seed: settings.number('seed'),
    withReplacement: settings.switch('with-replacement'),
  });
}

async function drawn(table: FeatureTable, { settings, progress, signal }: CommandContext): Promise<FeatureTable> {
  const show = progress.counter('rarefaction', 'samples', (rate) => grouped(Math.round(rate)));
  const { table: rarefied } = await rarefyGradually(table, {
    depth: settings.number('rarefy-depth'),
    seed: settings.number('seed'),
    withReplacement: settings.switch('with-replacement'),
    belowDepth: settings.text('below-depth') === 'keep' ? 'keep' : 'drop',
    signal,
    onProgress: ({ samplesDone, sampleCount }) => show(samplesDone, sampleCount),
  });
  return rarefied;
}

function whatWasLost(table: FeatureTable, kept: FeatureTable): Parameters<typeof reportRemovals>[1] {
  const reads = sampleTotals(table);
  const ofFeatures = featureTotals(table);
  const sum = ({ counts }: FeatureTable): number => counts.reduce((all, count) => all + count, 0);
  return {
    table: kept,
    removedSamples: table.sampleIds.flatMap((id, row) =>
      kept.sampleIndex(id) === undefined ? [{ id, reason: 'too-few-reads' as const, reads: reads[row]! }] : [],
    ),
    removedFeatures: table.featureIds.flatMap((id, feature) =>
      kept.featureIndex(id) === undefined ? [{ id, reason: 'no-reads' as const, reads: ofFeatures[feature]! }] : [],
    ),
    reads: { inTable: sum(table), kept: sum(kept) },
  };
}
