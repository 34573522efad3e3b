// Small tables and trees that several tests use. Nothing here is under test.
import { FeatureTable } from '@seq/data';
import type { CommunityMetric, SampleFeatures } from '../src/index.js';

/** Every distance without a tree. */
export const communityMetrics: readonly CommunityMetric[] = [
  'brayCurtis',
  'jaccard',
  'jaccardAbundance',
  'aitchison',
  'hellinger',
  'euclideanRelative',
];

/** A table from one row of counts per sample. */
export function tableOf(
  featureIds: readonly string[],
  samples: Readonly<Record<string, readonly number[]>>,
): FeatureTable {
  const rows = Object.values(samples).map((counts) =>
    counts.map((count, feature) => ({ count, feature })).filter(({ count }) => count > 0),
  );
  const offsets = [0];
  for (const row of rows) offsets.push(offsets[offsets.length - 1]! + row.length);
  return new FeatureTable({
    sampleIds: Object.keys(samples),
    featureIds,
    sampleOffsets: Uint32Array.from(offsets),
    featureIndices: Uint32Array.from(rows.flat(), ({ feature }) => feature),
    counts: Float64Array.from(rows.flat(), ({ count }) => count),
  });
}

/** The features of each sample, end to end with offsets. */
export function listsOf(...samples: readonly (readonly number[])[]): SampleFeatures {
  const offsets = Uint32Array.from({ length: samples.length + 1 }, (_, i) => samples.slice(0, i).flat().length);
  return { offsets, features: Uint32Array.from(samples.flat()) };
}

/** A table of `sampleCount` samples over `tipCount` tips of a random binary tree, by a fixed sequence of numbers. */
export function randomStudy(
  sampleCount: number,
  tipCount: number,
): { readonly table: FeatureTable; readonly newick: string } {
  let state = 12345;
  const next = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  let clades = Array.from({ length: tipCount }, (_, i) => `t${i}:${next().toFixed(3)}`);
  while (clades.length > 1) {
    const at = Math.floor(next() * (clades.length - 1));
    const joined = `(${clades[at]},${clades[at + 1]}):${next().toFixed(3)}`;
    clades = [...clades.slice(0, at), joined, ...clades.slice(at + 2)];
  }
  const count = (): number => (next() < 0.3 ? Math.ceil(next() * 20) : 0);
  const names = Array.from({ length: tipCount }, (_, i) => `t${i}`);
  const samples = Array.from({ length: sampleCount }, (_, i) => [`s${i}`, names.map(count)] as const);
  return { table: tableOf(names, Object.fromEntries(samples)), newick: `${clades[0]};` };
}
