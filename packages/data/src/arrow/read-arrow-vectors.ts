// Reads named rows of numbers from Arrow IPC files, in a worker thread. Knows no meaning of the numbers.
import { resolve } from 'node:path';
import { dataError } from '../errors.js';
import { quotedPath } from '../text/quoted.js';
import { readStart } from '../text/read-file.js';
import { LibraryThread } from '../threads/library-thread.js';

/** Rows that were read. */
export interface ReadVectorRows {
  /** Names of the rows. */
  readonly ids: readonly string[];
  /** Name of the column of numbers. */
  readonly name: string;
  /** Numbers per row; undefined for one number that is no list. */
  readonly width: number | undefined;
  /** All rows, one after the other. */
  readonly values: Float32Array | Float64Array;
}

/** Options of {@link readArrowVectors}. */
export interface ReadArrowVectorsOptions {
  /** Name of the column of ids. Default `sample_id`. */
  readonly idColumn?: string | undefined;
  /** Ends the reading; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that one step may take before the file counts as unreadable. Default 60 000. */
  readonly stallTimeoutMs?: number | undefined;
}

/**
 * The rows of an Arrow IPC file or stream that has a column of ids and one of numbers, or of lists of numbers of a
 * fixed length.
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_MALFORMED`.
 */
export async function readArrowVectors(
  path: string,
  { idColumn = 'sample_id', signal, stallTimeoutMs = 60_000 }: ReadArrowVectorsOptions = {},
): Promise<ReadVectorRows> {
  // Tells a missing file from a damaged one.
  await readStart(path, 1);
  const script = new URL('./vector-rows-worker.js', import.meta.url);
  const thread = await LibraryThread.take(script, { signal, stallTimeoutMs });
  const ask = async <Value>(operation: string, request: Readonly<Record<string, unknown>>): Promise<Value> => {
    const answer = await thread.ask(operation, request);
    if ('value' in answer) return answer.value as Value;
    throw malformed(path, 'problem' in answer ? answer.problem : `no answer within ${answer.stalledMs} ms`);
  };
  try {
    await ask('open', { path: resolve(path), idColumn });
    const batches: ReadVectorRows[] = [];
    for (;;) {
      const batch = await ask<ReadVectorRows | null>('next', {});
      if (batch === null) break;
      batches.push(batch);
    }
    return joined(path, batches);
  } finally {
    await thread.giveBack();
  }
}

function joined(path: string, batches: readonly ReadVectorRows[]): ReadVectorRows {
  const [first] = batches;
  if (first === undefined) throw malformed(path, 'it holds no rows');
  if (batches.length === 1) return first;
  const total = batches.reduce((sum, { values }) => sum + values.length, 0);
  const isNarrow = batches.every(({ values }) => values instanceof Float32Array);
  const values = isNarrow ? new Float32Array(total) : new Float64Array(total);
  let next = 0;
  for (const batch of batches) {
    values.set(batch.values, next);
    next += batch.values.length;
  }
  return { ...first, ids: batches.flatMap(({ ids }) => ids), values };
}

function malformed(path: string, found: string): Error {
  const message = `${quotedPath(path)} cannot be read as rows of numbers in Arrow: ${found}. Write it again.`;
  return dataError('FILE_MALFORMED', message, { details: { path } });
}
