// Tables and trees for benches: files named by flags, else the ECAM study of the examples.
import { fileURLToPath } from 'node:url';
import { FeatureTable, readFeatureTable } from '@seq/data';
import { openTree, type Phylogeny, type SampleFeatures, type UnifracMetricOptions } from '../src/index.js';

const repository = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Where a bench reads. */
export interface BenchFiles {
  readonly name: string;
  readonly table: string;
  readonly tree: string;
}

/** What a bench computes on. */
export interface BenchData {
  readonly name: string;
  readonly table: FeatureTable;
  readonly tree: Phylogeny;
}

type Flags = Readonly<Record<string, string>>;

/** The files of `--table` and `--tree`; a smoke run, or one without both, takes those of the examples. */
export function benchFiles(smoke: boolean, { table, tree }: Flags): BenchFiles {
  if (!smoke && table !== undefined && tree !== undefined) return { name: table, table, tree };
  const ecam = (file: string): string => repository(`examples/ecam/data/${file}`);
  return { name: 'ecam', table: ecam('table.biom'), tree: ecam('tree.nwk') };
}

/** Opens the files of {@link benchFiles}. */
export async function openBenchData(smoke: boolean, flags: Flags): Promise<BenchData> {
  const { name, table, tree } = benchFiles(smoke, flags);
  return { name, table: await readFeatureTable(table), tree: await openTree(tree) };
}

/** Kinds of UniFrac by the names that `ssu` gives them. */
export const benchMetrics: Readonly<Record<string, UnifracMetricOptions>> = {
  unweighted: { metric: 'unweighted' },
  weighted_normalized: { metric: 'weightedNormalized' },
  weighted_unnormalized: { metric: 'weightedUnnormalized' },
  generalized: { metric: 'generalized', alpha: 0.5 },
};

/** The metrics of `--metrics`, separated by commas; default all but the unnormalised one. */
export function chosenMetrics({ metrics = 'unweighted,weighted_normalized,generalized' }: Flags): readonly string[] {
  return metrics.split(',').map((name) => {
    if (benchMetrics[name] !== undefined) return name;
    throw new Error(`--metrics: there is no "${name}"; there are ${Object.keys(benchMetrics).join(', ')}.`);
  });
}

/** Whole numbers of a flag, separated by commas. */
export function numbersOf(text: string): readonly number[] {
  return text.split(',').map((part) => {
    const value = Number(part);
    if (Number.isSafeInteger(value) && value > 0) return value;
    throw new Error(`"${part}" is no whole number above 0.`);
  });
}

/** Numbers in [0, 1), the same each time. */
export function sequence(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

/** `sampleCount` samples of which each mixes two of a table, every feature of either kept with a chance of one half. */
export function resampled(table: FeatureTable, sampleCount: number): FeatureTable {
  const next = sequence();
  const total = table.sampleIds.length;
  const offsets = [0];
  const features: number[] = [];
  const counts: number[] = [];
  for (let sample = 0; sample < sampleCount; sample++) {
    const mixed = new Map<number, number>();
    for (let parent = 0; parent < 2; parent++) {
      const from = Math.floor(next() * total);
      for (let entry = table.sampleOffsets[from]!; entry < table.sampleOffsets[from + 1]!; entry++) {
        if (next() < 0.5) mixed.set(table.featureIndices[entry]!, table.counts[entry]!);
      }
    }
    for (const [feature, count] of [...mixed].sort(([a], [b]) => a - b)) {
      features.push(feature);
      counts.push(count);
    }
    offsets.push(features.length);
  }
  return new FeatureTable({
    sampleIds: Array.from({ length: sampleCount }, (_, i) => `sample-${i}`),
    featureIds: table.featureIds,
    sampleOffsets: Uint32Array.from(offsets),
    featureIndices: Uint32Array.from(features),
    counts: Float64Array.from(counts),
  });
}

/** Samples spread over a table, others for each batch. */
export function miniBatch(table: FeatureTable, sampleCount: number, batch: number): SampleFeatures {
  const total = table.sampleIds.length;
  const offsets = [0];
  const entries: number[] = [];
  for (let i = 0; i < sampleCount; i++) {
    const sample = (batch * 7919 + i * 2741) % total;
    for (let entry = table.sampleOffsets[sample]!; entry < table.sampleOffsets[sample + 1]!; entry++) {
      entries.push(entry);
    }
    offsets.push(entries.length);
  }
  return {
    offsets: Uint32Array.from(offsets),
    features: Uint32Array.from(entries, (entry) => table.featureIndices[entry]!),
    counts: Float64Array.from(entries, (entry) => table.counts[entry]!),
  };
}
