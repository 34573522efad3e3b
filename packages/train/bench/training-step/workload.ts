// Which samples a step is measured on, and with which model. It opens files and makes batches; it runs no model.
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type CommunityBatch,
  type CommunityDataset,
  createCommunityDataset,
  readFasta,
  readFeatureTable,
  resolveSequences,
  sampleBatches,
} from '@seq/data';
import { type EncoderConfigInput, encoderConfig } from '@seq/model';
import type { ProductPrecision } from '@seq/tensor';
import { createUnifrac, openTree } from '@seq/unifrac';
import { type BatchDistances, unifracTargets } from '../../src/index.js';

/** What all contestants compute on. */
export interface Workload extends WorkloadSource {
  readonly name: string;
  readonly dataset: CommunityDataset;
  /** Read of each feature. */
  readonly reads: readonly string[];
  /** Longest read of the table. */
  readonly basesPerAsv: number;
  /** One per step. */
  readonly batches: readonly CommunityBatch[];
  /** UniFrac distances of a batch. */
  readonly distances: BatchDistances<Float64Array>;
}

/** From which a {@link Workload} can be made again in another process. */
export interface WorkloadSource {
  readonly table: string;
  readonly tree: string;
  /** FASTA with the reads of features whose ids are not their reads. */
  readonly sequences: string | undefined;
  readonly samplesPerBatch: number;
  readonly steps: number;
  readonly seed: number;
  readonly threads: number;
  readonly model: EncoderConfigInput;
  /** Factors of matrix products in steps of this project; those of PyTorch are always of 32 bits. */
  readonly precision: ProductPrecision;
}

const ecam = fileURLToPath(new URL('../../../../examples/ecam/data/', import.meta.url));

const tiny: EncoderConfigInput = { embeddingWidth: 16, heads: 2, layers: { asv: 1, sample: 1, encoder: 1 } };

/** Reads flags; a smoke run takes one small step of a small model. */
export function sourceOf(smoke: boolean, flags: Readonly<Record<string, string>>): WorkloadSource {
  const table = flags.table ?? join(ecam, 'table.biom');
  const width = Number(flags.width ?? 128);
  return {
    table,
    tree: flags.tree ?? treeBeside(table),
    sequences: flags.sequences ?? (flags.table === undefined ? join(ecam, 'rep-seqs.fasta') : undefined),
    samplesPerBatch: smoke ? 2 : Number(flags['batch-size'] ?? 8),
    steps: smoke ? 1 : Number(flags.steps ?? 3),
    seed: Number(flags.seed ?? 1),
    threads: Number(flags.threads ?? 2),
    model: smoke ? tiny : { embeddingWidth: width },
    precision: (flags.precision ?? 'f32') as ProductPrecision,
  };
}

function treeBeside(table: string): string {
  const found = ['tree.nwk', 'tree.nwk.gz'].map((name) => join(dirname(table), name)).find(existsSync);
  if (found !== undefined) return found;
  throw new Error(`training-step: no tree.nwk lies beside ${table}. Name the tree with --tree.`);
}

export async function openWorkload(smoke: boolean, flags: Readonly<Record<string, string>>): Promise<Workload> {
  return workloadOf(sourceOf(smoke, flags));
}

/** Opens what the source names; the same source gives the same batches. */
export async function workloadOf(source: WorkloadSource): Promise<Workload> {
  const { samplesPerBatch, steps, seed } = source;
  const fasta = source.sequences === undefined ? undefined : await readFasta(source.sequences);
  const { table, sequences } = resolveSequences(await readFeatureTable(source.table), { fasta });
  const basesPerAsv = sequences.reduce((longest, { length }) => Math.max(longest, length), 0);
  const model = encoderConfig({ ...source.model, basesPerAsv });
  const dataset = createCommunityDataset(table, {
    sequences,
    basesPerAsv,
    maxAsvsPerSample: model.maxAsvsPerSample,
    seed,
  });
  const batches = [];
  for (const batch of sampleBatches(dataset, { samplesPerBatch, shuffle: true, seed })) {
    batches.push(batch);
    if (batches.length === steps) break;
  }
  const { featureIds } = dataset.table;
  const distances = unifracTargets(createUnifrac(await openTree(source.tree), featureIds, { missing: 'drop' }), {
    featureIds,
  });
  return { ...source, name: basename(source.table), model, dataset, reads: sequences, basesPerAsv, batches, distances };
}
