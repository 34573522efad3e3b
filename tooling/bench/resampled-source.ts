// A table of any size made from a small one: every sample pools the reads of some samples drawn at random. Nothing of it is
// kept in memory. Knows no files.
import { type FeatureTable, type FeatureTableSource, Pcg64, type SampleRows } from '@seq/data';

/** What is taken of the small table. */
type SmallTable = Pick<
  FeatureTable,
  'sampleCount' | 'featureCount' | 'featureIds' | 'sampleOffsets' | 'featureIndices' | 'counts'
>;

/** Samples of the small table that are pooled into one. */
const pooled = 4;
const samplesPerBlock = 256;

/** A source of about `entryCount` counts; the same for the same table and size. */
export function resampledSource(table: SmallTable, entryCount: number): FeatureTableSource {
  const probe = Array.from({ length: 200 }, (_, i) => pooledSample(table, i).features.length);
  const sampleCount = Math.round(entryCount / (probe.reduce((sum, size) => sum + size, 0) / probe.length));
  const idOf = (row: number): string => `sample.${row}`;
  return {
    sampleCount,
    featureCount: table.featureCount,
    entryCount,
    featureIds: table.featureIds,
    taxonomy: undefined,
    samplesPerBlock,
    hasWholeCounts: true,
    sampleIds: async () => Array.from({ length: sampleCount }, (_, row) => idOf(row)),
    sampleMetadata: async () => undefined,
    sampleReads: async () => undefined,
    samples: async (start, end) => {
      const ids = Array.from({ length: end - start }, (_, i) => idOf(start + i));
      return packed(
        ids,
        ids.map((_, i) => pooledSample(table, start + i)),
      );
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

interface Sample {
  readonly features: readonly number[];
  readonly counts: readonly number[];
}

function pooledSample(table: SmallTable, row: number): Sample {
  const random = new Pcg64(row);
  const reads = new Map<number, number>();
  for (let i = 0; i < pooled; i++) {
    const other = Math.floor(random.nextDouble() * table.sampleCount);
    for (let entry = table.sampleOffsets[other]!; entry < table.sampleOffsets[other + 1]!; entry++) {
      const feature = table.featureIndices[entry]!;
      reads.set(feature, (reads.get(feature) ?? 0) + table.counts[entry]!);
    }
  }
  const features = [...reads.keys()].sort((a, b) => a - b);
  return { features, counts: features.map((feature) => reads.get(feature)!) };
}

function packed(sampleIds: readonly string[], samples: readonly Sample[]): SampleRows {
  const sampleOffsets = new Uint32Array(samples.length + 1);
  samples.forEach(({ features }, i) => {
    sampleOffsets[i + 1] = sampleOffsets[i]! + features.length;
  });
  return {
    sampleIds,
    sampleOffsets,
    featureIndices: Uint32Array.from(samples.flatMap(({ features }) => features)),
    counts: Float64Array.from(samples.flatMap(({ counts }) => counts)),
  };
}
