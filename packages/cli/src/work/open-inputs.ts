// Opens the inputs that a command names and brings them together; every mismatch is told, nothing is dropped in silence.
import {
  describeMatch,
  type FeatureTable,
  matchInputs,
  readFasta,
  readFeatureTable,
  readSampleIds,
  readSampleMetadata,
  resolveSequences,
  type SampleMetadata,
  selectSamples,
} from '@seq/data';
import { openTree, type Phylogeny } from '@seq/unifrac';
import type { CommandContext } from '../command.js';
import { UsageError } from '../failure.js';

/** What of the inputs a command needs besides the table. */
export interface OpenInputsOptions {
  /** Whether every feature needs its sequence. */
  readonly needsSequences?: boolean;
  /** Reads per sample to hold the samples against, for the report. */
  readonly rarefactionDepth?: number | undefined;
}

/** Inputs that cover each other. */
export interface OpenedInputs {
  readonly table: FeatureTable;
  /** Sequence of each feature of the table; empty if they are not needed. */
  readonly sequences: readonly string[];
  readonly metadata: SampleMetadata | undefined;
  readonly tree: Phylogeny | undefined;
}

/** Opens table, sequences, metadata and tree as far as they are named, and matches them once. */
export async function openInputs(
  { settings, progress, signal }: CommandContext,
  { needsSequences = false, rarefactionDepth }: OpenInputsOptions = {},
): Promise<OpenedInputs> {
  const paths = {
    sequences: settings.textOrUnset('sequences'),
    metadata: settings.textOrUnset('metadata'),
    tree: settings.textOrUnset('tree'),
    samples: settings.textOrUnset('samples'),
  };
  const column = settings.textOrUnset('group-column');
  if (column !== undefined && paths.metadata === undefined) {
    throw new UsageError(`--group-column: the groups of "${column}" stand in the metadata. Give --metadata.`);
  }
  const [whole, fasta, metadata, tree, sampleIds] = await Promise.all([
    readFeatureTable(settings.text('table'), { signal }),
    needsSequences && paths.sequences !== undefined ? readFasta(paths.sequences) : undefined,
    paths.metadata === undefined ? undefined : readSampleMetadata(paths.metadata),
    paths.tree === undefined ? undefined : openTree(paths.tree),
    paths.samples === undefined ? undefined : readSampleIds(paths.samples),
  ]);
  const chosen = sampleIds === undefined ? whole : selectSamples(whole, sampleIds);
  const missing = settings.text('missing') === 'drop' ? 'drop' : 'error';
  const { table, report } = matchInputs(
    {
      table: chosen,
      metadataSampleIds: metadata?.sampleIds,
      sequenceIds: fasta?.keys(),
      tipNames: tree?.tipNames,
    },
    { missing, rarefactionDepth },
  );
  progress.note(describeMatch(report));
  const sequences = needsSequences ? resolveSequences(table, { fasta }).sequences : [];
  return { table, sequences, metadata, tree };
}
