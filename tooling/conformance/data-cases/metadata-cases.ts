// Sample metadata files: ids, values, types, and what is refused.
import { readSampleMetadata } from '@seq/data';
import type { Check } from '../check.js';
import type { VectorCase } from '../vector-set.js';
import type { Vector } from '../vectors.js';
import { checkRefusal } from './refusal.js';

interface MetadataEntry {
  readonly file: string;
  readonly sample_ids: readonly string[];
  readonly columns: Readonly<Record<string, readonly (string | null)[]>>;
  readonly column_types?: Readonly<Record<string, string>>;
  readonly expected_error?: string;
  readonly reference_reading?: { readonly columns: readonly string[] };
}

/** One case per file. */
export function* metadataCases({ name, path }: Vector, entries: readonly MetadataEntry[]): Generator<VectorCase> {
  for (const entry of entries) {
    yield { name: `${name}/${entry.file}`, run: (check) => checkEntry(path(entry.file), entry, check) };
  }
}

async function checkEntry(path: string, entry: MetadataEntry, check: Check): Promise<void> {
  const read = () => readSampleMetadata(path);
  if (entry.expected_error !== undefined) {
    const naming = entry.reference_reading?.columns ?? [];
    await checkRefusal(read, { codes: ['METADATA_MALFORMED'], naming }, check);
    return;
  }
  const repeated = entry.sample_ids.find((id, row) => entry.sample_ids.indexOf(id) !== row);
  if (repeated !== undefined) {
    // The vectors recommend an error or a warning that names the id; ours is an error.
    await checkRefusal(read, { codes: ['METADATA_ID_DUPLICATE'], naming: [repeated] }, check);
    return;
  }
  const metadata = await read();
  check.equal('sample ids', metadata.sampleIds, entry.sample_ids);
  check.equal('columns', [...metadata.columns.keys()], Object.keys(entry.columns));
  for (const [name, values] of Object.entries(entry.columns)) {
    check.equal(`values of ${name}`, metadata.columns.get(name)?.values, values);
  }
  for (const [name, type] of Object.entries(entry.column_types ?? {})) {
    check.equal(`type of ${name}`, metadata.columns.get(name)?.type, type);
  }
}
