// Tables in every BIOM format, and files that are none.
import { dirname, join } from 'node:path';
import { type FeatureTable, readFeatureTable, sampleTotals } from '@seq/data';
import type { Check } from '../check.js';
import { tolerance } from '../tolerances.js';
import type { VectorCase } from '../vector-set.js';
import type { Vector } from '../vectors.js';
import { checkRefusal } from './refusal.js';
import { byFeatureAndSample, entriesOf } from './table-entries.js';

interface BiomEntry {
  readonly file: string;
  readonly observation_ids: readonly string[];
  readonly sample_ids: readonly string[];
  readonly shape: readonly [number, number];
  readonly nnz?: number;
  readonly coo_observation_sample_value: readonly (readonly [number, number, number])[];
  readonly sample_totals?: readonly number[];
  readonly taxonomy: readonly (readonly string[])[] | null;
  readonly sample_metadata?: readonly Readonly<Record<string, string>>[] | null;
  readonly expected_error?: string;
}

/** One case per file. */
export function* biomCases({ name, path }: Vector, entries: readonly BiomEntry[]): Generator<VectorCase> {
  for (const entry of entries) {
    yield {
      name: `${name}/${entry.file}`,
      run: (check) => {
        if (entry.expected_error === undefined) return checkTable(path(entry.file), entry, check);
        const isAbsent = entry.expected_error.includes('not-found');
        const file = isAbsent ? join(dirname(path('expected.json')), entry.file) : path(entry.file);
        const codes = isAbsent ? ['FILE_NOT_FOUND'] : ['FILE_MALFORMED', 'FILE_FORMAT_UNKNOWN', 'TABLE_EMPTY'];
        return checkRefusal(() => readFeatureTable(file), { codes, naming: [entry.file] }, check);
      },
    };
  }
}

async function checkTable(path: string, entry: BiomEntry, check: Check): Promise<void> {
  const table = await readFeatureTable(path);
  const wanted = [...entry.coo_observation_sample_value].sort(byFeatureAndSample);
  const found = entriesOf(table);
  check.equal('feature ids', table.featureIds, entry.observation_ids);
  check.equal('sample ids', table.sampleIds, entry.sample_ids);
  check.equal('shape', [table.featureCount, table.sampleCount], entry.shape);
  if (entry.nnz !== undefined) check.equal('entries', table.entryCount, entry.nnz);
  check.equal(
    'places of counts',
    found.map(([feature, sample]) => [feature, sample]),
    wanted.map(([feature, sample]) => [feature, sample]),
  );
  check.equal(
    'counts',
    found.map(([, , count]) => count),
    wanted.map(([, , count]) => count),
  );
  if (entry.sample_totals !== undefined) {
    check.close('sample totals', sampleTotals(table), entry.sample_totals, tolerance('float64/scalar'));
  }
  check.equal('taxonomy', table.taxonomy ?? null, entry.taxonomy);
  if (entry.sample_metadata !== undefined) check.equal('sample metadata', metadataOf(table), entry.sample_metadata);
}

function metadataOf({ sampleIds, sampleMetadata }: FeatureTable): Record<string, unknown>[] | null {
  if (sampleMetadata === undefined) return null;
  return sampleIds.map((_, row) =>
    Object.fromEntries([...sampleMetadata].map(([name, values]) => [name, values[row]])),
  );
}
