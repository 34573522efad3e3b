// Opens what a command names besides the table: sequences, metadata, tree, distances, and the samples to use.
import {
  type CoveringIds,
  readFasta,
  readSampleIds,
  readSampleMetadata,
  type SampleMetadata,
  samplesWithValues,
} from '@seq/data';
import { type DistanceMatrix, openTree, type Phylogeny, readDistanceMatrix, tipCover } from '@seq/unifrac';
import type { CommandContext } from '../command.js';
import { UsageError } from '../failure.js';
import { requireLengths } from './require-lengths.js';

/** What goes with a table, as far as it is named. */
export interface Companions {
  /** Sequences by feature id. */
  readonly fasta: ReadonlyMap<string, string> | undefined;
  readonly metadata: SampleMetadata | undefined;
  readonly tree: Phylogeny | undefined;
  /** Distances by the path of their file. */
  readonly matrices: ReadonlyMap<string, DistanceMatrix> | undefined;
  /** Samples that have a value in every column that is needed. */
  readonly targetSampleIds: readonly string[] | undefined;
  /** Samples to use; all where undefined. */
  readonly sampleIds: readonly string[] | undefined;
}

/** What of the companions a command needs. */
export interface CompanionsOptions {
  /** Whether every feature needs its sequence. */
  readonly needsSequences: boolean;
  /** Metadata columns in which every sample needs a value. Default: none. */
  readonly targetColumns?: readonly string[] | undefined;
}

/** Opens them; sequences only where they are needed. */
export async function openCompanions(
  { settings, signal }: CommandContext,
  { needsSequences, targetColumns }: CompanionsOptions,
): Promise<Companions> {
  const paths = {
    sequences: settings.textOrUnset('sequences'),
    metadata: settings.textOrUnset('metadata'),
    tree: settings.textOrUnset('tree'),
    samples: settings.textOrUnset('samples'),
    matrices: settings.textsOrUnset('unifrac-matrix'),
  };
  const column = settings.textOrUnset('group-column');
  if (column !== undefined && paths.metadata === undefined) {
    throw new UsageError(`--group-column: the groups of "${column}" stand in the metadata. Give --metadata.`);
  }
  const [fasta, metadata, tree, sampleIds, matrices] = await Promise.all([
    needsSequences && paths.sequences !== undefined ? readFasta(paths.sequences) : undefined,
    paths.metadata === undefined ? undefined : readSampleMetadata(paths.metadata),
    paths.tree === undefined ? undefined : openTree(paths.tree),
    paths.samples === undefined ? undefined : readSampleIds(paths.samples),
    paths.matrices === undefined ? undefined : openMatrices(paths.matrices, signal),
  ]);
  if (tree !== undefined && paths.tree !== undefined) requireLengths(tree, paths.tree);
  const targetSampleIds = metadata && targetColumns && samplesWithValues(metadata, targetColumns);
  return { fasta, metadata, tree, matrices, targetSampleIds, sampleIds };
}

async function openMatrices(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, DistanceMatrix>> {
  const matrices = new Map<string, DistanceMatrix>();
  for (const path of paths) matrices.set(path, await readDistanceMatrix(path, { signal }));
  return matrices;
}

/** Samples that all matrices have. */
function commonSamples(matrices: ReadonlyMap<string, DistanceMatrix>): readonly string[] {
  const [first, ...others] = matrices.values();
  return (first?.ids ?? []).filter((id) => others.every((matrix) => matrix.indexOf(id) !== undefined));
}

/** The ids that must cover the table. */
export function coveringIds({ fasta, metadata, tree, matrices, targetSampleIds }: Companions): CoveringIds {
  return {
    metadataSampleIds: metadata?.sampleIds,
    sequenceIds: fasta?.keys(),
    tipNames: tree && tipCover(tree),
    targetSampleIds,
    matrixSampleIds: matrices && commonSamples(matrices),
  };
}
