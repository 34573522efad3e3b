// What a model learns from or predicts: a table in memory, or one whose counts are read meanwhile. Both are told apart here.

import { stat } from 'node:fs/promises';
import {
  describeMatch,
  FeatureTable,
  type FeatureTableSource,
  matchSource,
  openFeatureTable,
  sequencesOfFeatures,
} from '@seq/data';
import type { CommandContext } from '../command.js';
import { UsageError } from '../failure.js';
import { coveringIds, openCompanions } from './companions.js';
import { type OpenedInputs, type OpenInputsOptions, openInputs } from './open-inputs.js';

/** Inputs of a model that cover each other. */
export interface ModelInputs extends Omit<OpenedInputs, 'table'> {
  /** Where the counts are. A source may have more samples than are used. */
  readonly table: FeatureTable | FeatureTableSource;
  /** Samples to use. */
  readonly sampleIds: readonly string[];
  /** Features of the table. */
  readonly featureIds: readonly string[];
}

/** What of the inputs a model needs to know before. */
export type ModelInputsOptions = Omit<OpenInputsOptions, 'needsSequences'>;

/**
 * Opens the inputs of a model: the table is streamed if it is a folder of shards or `--stream` was given, else read whole.
 * Dispose of what comes back when all is done.
 */
export async function openModelInputs(
  context: CommandContext,
  options: ModelInputsOptions,
): Promise<ModelInputs & AsyncDisposable> {
  if (await isStreamed(context)) return openStreamed(context, options);
  if (context.settings.numberOrUnset('shuffle-buffer') !== undefined) {
    throw new UsageError(
      '--shuffle-buffer has no effect on a table in memory, which is shuffled as a whole. Leave it out, or give --stream.',
    );
  }
  const { table, ...others } = await openInputs(context, { needsSequences: true, ...options });
  const { sampleIds, featureIds } = table;
  return { table, sampleIds, featureIds, ...others, [Symbol.asyncDispose]: async () => {} };
}

/** Blocks of a streamed table that hold `--shuffle-buffer` samples; undefined for a table in memory. */
export function blocksPerBuffer(
  { settings }: CommandContext,
  { table }: Pick<ModelInputs, 'table'>,
): number | undefined {
  if (table instanceof FeatureTable) return undefined;
  return Math.ceil((settings.numberOrUnset('shuffle-buffer') ?? usualShuffleBuffer) / table.samplesPerBlock);
}

/** Samples that are shuffled together, unless it is said. */
const usualShuffleBuffer = 2048;

async function isStreamed({ settings }: CommandContext): Promise<boolean> {
  if (settings.switch('stream')) return true;
  return stat(settings.text('table')).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function openStreamed(
  context: CommandContext,
  { targetColumns, rarefactionDepth }: ModelInputsOptions,
): Promise<ModelInputs & AsyncDisposable> {
  const { settings, progress, signal } = context;
  const companions = await openCompanions(context, { needsSequences: true, targetColumns });
  const source = await openFeatureTable(settings.text('table'), { signal });
  try {
    refuseWhole(source, settings.text('table'));
    const show = progress.counter('counts read once', 'samples');
    const matched = await matchSource(
      { source, sampleIds: companions.sampleIds, ...coveringIds(companions) },
      {
        missing: settings.text('missing') === 'drop' ? 'drop' : 'error',
        rarefactionDepth,
        signal,
        onProgress: ({ samples, sampleCount }) => show(samples, sampleCount),
      },
    );
    progress.end();
    progress.note(describeMatch(matched.report));
    const { featureIds } = matched.source;
    const sequences = sequencesOfFeatures(featureIds, { fasta: companions.fasta });
    const { metadata, tree, matrices } = companions;
    return {
      ...{ table: matched.source, sampleIds: matched.sampleIds, featureIds, sequences, metadata, tree, matrices },
      [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
    };
  } catch (cause) {
    await source[Symbol.asyncDispose]();
    throw cause;
  }
}

/** A table that was read whole, though it should not have been. */
function refuseWhole({ isInMemory = false }: FeatureTableSource, path: string): void {
  if (!isInMemory) return;
  throw new UsageError(
    `--stream: ${JSON.stringify(path)} can only be read whole. Make shards of it once with \`aam data build\` and give their ` +
      'folder as --table, or leave --stream out.',
  );
}
