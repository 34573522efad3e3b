// What is in a feature table, a file or a shard folder, read block by block.
import { type FeatureTableSource, openFeatureTable } from '@seq/data';
import type { Description } from '../inspect-file.js';
import { spread } from './spread.js';

/** Samples that are in memory at once, at least. */
const samplesAtOnce = 4096;

/** Samples, features, reads. */
export async function describeTable(path: string): Promise<Description> {
  await using source = await openFeatureTable(path);
  const { sampleCount, featureCount, featureIds } = source;
  const { reads, features, counts } = await perSample(source);
  const isDna = featureIds.every((id) => /^[ACGTUN]+$/i.test(id));
  return [
    ['kind', 'feature table'],
    ['samples', sampleCount],
    ['features', featureCount],
    ['non-zero counts', `${counts} (${((100 * counts) / (sampleCount * featureCount)).toFixed(2)} %)`],
    ['reads', reads.reduce((sum, total) => sum + total, 0)],
    ['reads per sample', spread(reads)],
    ['features per sample', spread(features)],
    ['first sample', (await source.sampleIds())[0]!],
    ['first feature', featureIds[0]!],
    ...(await carriedLines(source)),
    ['feature ids', isDna ? 'DNA sequences' : 'names; their sequences come from a FASTA (--sequences)'],
  ];
}

/** Reads and features of each sample, and the counts of all. */
async function perSample(source: FeatureTableSource) {
  const { sampleCount, samplesPerBlock } = source;
  const reads = new Float64Array(sampleCount);
  const features = new Float64Array(sampleCount);
  const step = samplesPerBlock * Math.ceil(samplesAtOnce / samplesPerBlock);
  let counts = 0;
  for (let start = 0; start < sampleCount; start += step) {
    const rows = await source.samples(start, Math.min(sampleCount, start + step));
    counts += rows.counts.length;
    for (let row = 0; row + 1 < rows.sampleOffsets.length; row++) {
      const [first, last] = [rows.sampleOffsets[row]!, rows.sampleOffsets[row + 1]!];
      features[start + row] = last - first;
      for (let entry = first; entry < last; entry++) reads[start + row]! += rows.counts[entry]!;
    }
  }
  return { reads, features, counts };
}

/** Taxonomy and metadata that the table itself carries, where it does. */
async function carriedLines(source: FeatureTableSource): Promise<Description> {
  const { taxonomy, featureCount } = source;
  const sampleMetadata = await source.sampleMetadata();
  const lines: (readonly [string, string])[] = [];
  if (taxonomy !== undefined) {
    const known = taxonomy.filter((ranks) => ranks.length > 0).length;
    const deepest = taxonomy.reduce((most, ranks) => Math.max(most, ranks.length), 0);
    lines.push(['taxonomy', `of ${known} features of ${featureCount}, up to ${deepest} ranks`]);
  }
  if (sampleMetadata !== undefined) lines.push(['sample metadata', [...sampleMetadata.keys()].join(', ')]);
  return lines;
}
