// What is in sample metadata.
import { numericColumn, readSampleMetadata } from '@seq/data';
import type { Description } from '../inspect-file.js';
import { spread } from './spread.js';

/** Columns with their types, values and gaps. */
export async function describeMetadata(path: string): Promise<Description> {
  const metadata = await readSampleMetadata(path);
  const columns = [...metadata.columns.values()].map(({ name, type, values }): readonly [string, string] => {
    const known = metadata.sampleIds.filter((_, i) => values[i] !== null);
    const missing = values.length - known.length;
    const facts =
      type === 'numeric'
        ? spread(numericColumn(metadata, { column: name, sampleIds: known }))
        : `${new Set(values.filter((value) => value !== null)).size} values`;
    return [`  ${name}`, `${type}, ${facts}${missing > 0 ? `, ${missing} missing` : ''}`];
  });
  return [['kind', 'sample metadata'], ['samples', metadata.sampleIds.length], ['columns', columns.length], ...columns];
}
