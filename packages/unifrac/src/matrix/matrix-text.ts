// A matrix as lines of text, several blocks being written at once. Knows no file.
import { callNativeLater } from '../native.js';
import { type Delimiter, quoteCell, requireWritableIds } from './delimited-line.js';
import type { DistanceRows } from './distance-rows.js';

/** Blocks that are turned into text at the same time. */
const atOnce = 3;

/** Rows of a matrix, and names of its columns where they are not those of the rows. */
export type NamedRows = DistanceRows & { readonly columnIds?: readonly string[] | undefined };

/**
 * A line of the ids of columns, then one per row with its id first, in pieces; each distance in the fewest digits that give the same number
 * of its width again.
 *
 * @param asked - the function that writes, for errors.
 * @throws SeqError `MATRIX_INVALID` if an id has a character that the format cannot hold.
 */
export async function* matrixText(asked: string, rows: NamedRows, delimiter: Delimiter): AsyncGenerator<Uint8Array> {
  const { columnIds = rows.ids } = rows;
  requireWritableIds(asked, [...rows.ids, ...(columnIds === rows.ids ? [] : columnIds)], delimiter);
  const labels = rows.ids.map((id) => quoteCell(id, delimiter));
  const heads = columnIds === rows.ids ? labels : columnIds.map((id) => quoteCell(id, delimiter));
  yield Buffer.from(`${['', ...heads].join(delimiter)}\n`);
  const waiting: Promise<Uint8Array>[] = [];
  let next = 0;
  try {
    for await (const block of rows.blocks) {
      const end = next + Math.round(block.length / heads.length);
      const own = labels.slice(next, end);
      waiting.push(callNativeLater((addon) => addon.rowsAsTextLater(own, block, delimiter)));
      next = end;
      if (waiting.length === atOnce) yield await waiting.shift()!;
    }
    while (waiting.length > 0) yield await waiting.shift()!;
  } finally {
    await Promise.allSettled(waiting);
  }
}
