// Opens the inputs that a command names and brings them together; every mismatch is told, nothing is dropped in silence.
import {
  describeMatch,
  type FeatureTable,
  matchInputs,
  readFeatureTable,
  resolveSequences,
  selectSamples,
} from '@seq/data';
import type { CommandContext } from '../command.js';
import { type Companions, type CompanionsOptions, coveringIds, openCompanions } from './companions.js';

/** What of the inputs a command needs besides the table. */
export interface OpenInputsOptions extends Partial<CompanionsOptions> {
  /** Reads per sample to hold the samples against, for the report. */
  readonly rarefactionDepth?: number | undefined;
}

/** Inputs that cover each other. */
export interface OpenedInputs extends Pick<Companions, 'metadata' | 'tree' | 'matrices'> {
  readonly table: FeatureTable;
  /** Sequence of each feature of the table; empty if they are not needed. */
  readonly sequences: readonly string[];
}

/** Opens table, sequences, metadata, tree and distances as far as they are named, and matches them once. */
export async function openInputs(
  context: CommandContext,
  { needsSequences = false, targetColumns, rarefactionDepth }: OpenInputsOptions = {},
): Promise<OpenedInputs> {
  const { settings, progress, signal } = context;
  const [whole, companions] = await Promise.all([
    readFeatureTable(settings.text('table'), { signal }),
    openCompanions(context, { needsSequences, targetColumns }),
  ]);
  const { fasta, metadata, tree, matrices, sampleIds } = companions;
  const chosen = sampleIds === undefined ? whole : selectSamples(whole, sampleIds);
  const missing = settings.text('missing') === 'drop' ? 'drop' : 'error';
  const { table, report } = matchInputs({ table: chosen, ...coveringIds(companions) }, { missing, rarefactionDepth });
  progress.note(describeMatch(report));
  const sequences = needsSequences ? resolveSequences(table, { fasta }).sequences : [];
  return { table, sequences, metadata, tree, matrices };
}
