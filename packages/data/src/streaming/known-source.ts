// A source of which more is known than its file says, and of which perhaps only some features are used. Knows no formats.
import type { SampleRows } from '../table/sample-rows.js';
import type { FeatureTableSource } from './feature-table-source.js';

/** What is known of a source. */
export interface KnownOfSource {
  /** Features that are used, ascending. */
  readonly features: readonly number[];
  /** Reads of each sample in these, N numbers. */
  readonly reads: Float64Array;
  /** Counts of these. */
  readonly entryCount: number;
  readonly hasWholeCounts: boolean;
}

const unused = 0xffff_ffff;

/** The source of the given features with its totals at hand. Closing it closes the given one. */
export function knownSource(
  source: FeatureTableSource,
  { features, reads, entryCount, hasWholeCounts }: KnownOfSource,
): FeatureTableSource {
  const isWhole = features.length === source.featureCount;
  const pick = <Value>(values: readonly Value[]): readonly Value[] =>
    isWhole ? values : features.map((feature) => values[feature]!);
  const place = new Uint32Array(source.featureCount).fill(unused);
  features.forEach((feature, i) => {
    place[feature] = i;
  });
  return {
    sampleCount: source.sampleCount,
    featureCount: features.length,
    entryCount,
    featureIds: pick(source.featureIds),
    taxonomy: source.taxonomy && pick(source.taxonomy),
    samplesPerBlock: source.samplesPerBlock,
    hasWholeCounts,
    isInMemory: source.isInMemory,
    sampleIds: (options) => source.sampleIds(options),
    ...(source.packedSampleIds && { packedSampleIds: (options) => source.packedSampleIds!(options) }),
    sampleMetadata: (options) => source.sampleMetadata(options),
    sampleReads: async ({ signal } = {}) => {
      signal?.throwIfAborted();
      return reads;
    },
    samples: async (start, end, options) => {
      const rows = await source.samples(start, end, options);
      return isWhole ? rows : rowsOfFeatures(rows, place);
    },
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}

/** The counts of some features, under their new numbers; these keep the order of the old ones. */
function rowsOfFeatures(rows: SampleRows, place: Uint32Array): SampleRows {
  const { sampleIds } = rows;
  const sampleOffsets = new Uint32Array(sampleIds.length + 1);
  const featureIndices = new Uint32Array(rows.featureIndices.length);
  const counts = new Float64Array(rows.counts.length);
  let kept = 0;
  for (let i = 0; i < sampleIds.length; i++) {
    for (let entry = rows.sampleOffsets[i]!; entry < rows.sampleOffsets[i + 1]!; entry++) {
      const feature = place[rows.featureIndices[entry]!]!;
      if (feature === unused) continue;
      featureIndices[kept] = feature;
      counts[kept++] = rows.counts[entry]!;
    }
    sampleOffsets[i + 1] = kept;
  }
  return {
    sampleIds,
    sampleOffsets,
    featureIndices: featureIndices.subarray(0, kept),
    counts: counts.subarray(0, kept),
  };
}
