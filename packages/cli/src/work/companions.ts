// Opens what a command names besides the table: sequences, metadata, tree, and the samples to use.
import { type CoveringIds, readFasta, readSampleIds, readSampleMetadata, type SampleMetadata } from '@seq/data';
import { openTree, type Phylogeny } from '@seq/unifrac';
import type { CommandContext } from '../command.js';
import { UsageError } from '../failure.js';
import { requireLengths } from './require-lengths.js';

/** What goes with a table, as far as it is named. */
export interface Companions {
  /** Sequences by feature id. */
  readonly fasta: ReadonlyMap<string, string> | undefined;
  readonly metadata: SampleMetadata | undefined;
  readonly tree: Phylogeny | undefined;
  /** Samples to use; all where undefined. */
  readonly sampleIds: readonly string[] | undefined;
}

/** Opens them; sequences only where they are needed. */
export async function openCompanions(
  { settings }: CommandContext,
  { needsSequences }: { readonly needsSequences: boolean },
): Promise<Companions> {
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
  const [fasta, metadata, tree, sampleIds] = await Promise.all([
    needsSequences && paths.sequences !== undefined ? readFasta(paths.sequences) : undefined,
    paths.metadata === undefined ? undefined : readSampleMetadata(paths.metadata),
    paths.tree === undefined ? undefined : openTree(paths.tree),
    paths.samples === undefined ? undefined : readSampleIds(paths.samples),
  ]);
  if (tree !== undefined && paths.tree !== undefined) requireLengths(tree, paths.tree);
  return { fasta, metadata, tree, sampleIds };
}

/** The ids that must cover the table. */
export function coveringIds({ fasta, metadata, tree }: Companions): CoveringIds {
  return { metadataSampleIds: metadata?.sampleIds, sequenceIds: fasta?.keys(), tipNames: tree?.tipNames };
}
