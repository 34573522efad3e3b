// Reads feature tables in long form from Arrow and Parquet files, in a worker thread. Knows neither format.
import { resolve } from 'node:path';
import type { FeatureTable } from '../table/feature-table.js';
import { LibraryThread } from '../threads/library-thread.js';
import { LongFormReader, longFormColumns, longFormError, unreadableFile } from './long-form.js';

/** Options of {@link readLongForm}. */
export interface ReadLongFormOptions {
  /** Ends the reading; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that one step may take before the file counts as unreadable. Default 60 000. */
  readonly stallTimeoutMs?: number | undefined;
}

/** Distinct values of a column, and which of them stands in each row. */
interface DistinctValues {
  readonly values: readonly unknown[];
  readonly indices: Uint32Array;
}

/** Rows as the thread gives them. */
interface Batch {
  readonly length: number;
  readonly texts: readonly DistinctValues[];
  /** Counts, and the first that is no number, if there is one. */
  readonly count: { readonly counts: Float64Array; readonly odd?: { readonly row: number; readonly value: unknown } };
}

/** The feature table of an Arrow or Parquet file in long form. */
export async function readLongForm(
  path: string,
  format: 'arrow' | 'parquet',
  { signal, stallTimeoutMs = 60_000 }: ReadLongFormOptions = {},
): Promise<FeatureTable> {
  const script = new URL('./long-form-worker.js', import.meta.url);
  const thread = await LibraryThread.take(script, { signal, stallTimeoutMs });
  const ask = async <Value>(operation: string, request: Readonly<Record<string, unknown>>): Promise<Value> => {
    const answer = await thread.ask(operation, request);
    if ('value' in answer) return answer.value as Value;
    const problem = 'problem' in answer ? answer.problem : `no answer within ${answer.stalledMs} ms`;
    throw unreadableFile(path, format === 'arrow' ? 'Arrow' : 'Parquet', new Error(problem));
  };
  try {
    const texts = textColumns(path, await ask<readonly string[]>('open', { path: resolve(path), format }));
    const reader = new LongFormReader(path);
    for (;;) {
      const batch = await ask<Batch | null>('next', { texts, count: longFormColumns.count });
      if (batch === null) return reader.table();
      addBatch(reader, batch);
    }
  } finally {
    await thread.giveBack();
  }
}

/** The columns of texts to read; an error that lists what there is where one of the needed is missing. */
function textColumns(path: string, names: readonly string[]): readonly string[] {
  const { sample, feature, count, taxonomy } = longFormColumns;
  const missing = [sample, feature, count].filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const found = names.slice(0, 8).join(', ');
    throw longFormError(path, `it has no column ${missing.join(', ')} (found ${found || 'none'})`);
  }
  return [sample, feature, ...(names.includes(taxonomy) ? [taxonomy] : [])];
}

function addBatch(reader: LongFormReader, { length, texts, count: { counts, odd } }: Batch): void {
  const [sample, feature, taxonomy] = texts.map(
    ({ values, indices }) =>
      (row: number) =>
        values[indices[row]!],
  );
  reader.add({
    length,
    sample: sample!,
    feature: feature!,
    count: (row) => (row === odd?.row ? odd.value : counts[row]),
    taxonomy,
  });
}
