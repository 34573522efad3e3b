// What is in a feature table.
import { type FeatureTable, openFeatureTable, sampleTotals } from '@seq/data';
import type { Description } from '../inspect-file.js';
import { spread } from './spread.js';

/** Samples, features, reads. */
export async function describeTable(path: string): Promise<Description> {
  const table = await openFeatureTable(path);
  const { sampleOffsets, featureIds, sampleIds } = table;
  const perSample = Array.from(
    { length: table.sampleCount },
    (_, row) => sampleOffsets[row + 1]! - sampleOffsets[row]!,
  );
  const totals = sampleTotals(table);
  const isDna = featureIds.every((id) => /^[ACGTUN]+$/i.test(id));
  return [
    ['kind', 'feature table'],
    ['samples', table.sampleCount],
    ['features', table.featureCount],
    [
      'non-zero counts',
      `${table.entryCount} (${((100 * table.entryCount) / (table.sampleCount * table.featureCount)).toFixed(2)} %)`,
    ],
    ['reads', totals.reduce((sum, total) => sum + total, 0)],
    ['reads per sample', spread(totals)],
    ['features per sample', spread(perSample)],
    ['first sample', sampleIds[0]!],
    ['first feature', featureIds[0]!],
    ...rankLines(table),
    ['feature ids', isDna ? 'DNA sequences' : 'names; their sequences come from a FASTA (--sequences)'],
  ];
}

/** Taxonomy and metadata that the table itself carries, where it does. */
function rankLines({ taxonomy, sampleMetadata, featureCount }: FeatureTable): Description {
  const lines: (readonly [string, string])[] = [];
  if (taxonomy !== undefined) {
    const known = taxonomy.filter((ranks) => ranks.length > 0).length;
    const deepest = taxonomy.reduce((most, ranks) => Math.max(most, ranks.length), 0);
    lines.push(['taxonomy', `of ${known} features of ${featureCount}, up to ${deepest} ranks`]);
  }
  if (sampleMetadata !== undefined) lines.push(['sample metadata', [...sampleMetadata.keys()].join(', ')]);
  return lines;
}
