// A square matrix as lines of text, several blocks being written at once. Knows no file.
import { quoted } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { callNativeLater } from '../native.js';
import { type Delimiter, quoteCell } from './delimited-line.js';
import type { DistanceRows } from './distance-rows.js';

/** Blocks that are turned into text at the same time. */
const atOnce = 3;

/**
 * A line of ids, then one per row with its id first, in pieces; each distance in the fewest digits that give the same number
 * of its width again.
 *
 * @throws SeqError `MATRIX_INVALID` if an id has a character that the format cannot hold.
 */
export async function* matrixText(rows: DistanceRows, delimiter: Delimiter): AsyncGenerator<Uint8Array> {
  requireWritableIds(rows.ids, delimiter);
  const labels = rows.ids.map((id) => quoteCell(id, delimiter));
  yield Buffer.from(`${['', ...labels].join(delimiter)}\n`);
  const waiting: Promise<Uint8Array>[] = [];
  let next = 0;
  try {
    for await (const block of rows.blocks) {
      const end = next + Math.round(block.length / labels.length);
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

function requireWritableIds(ids: readonly string[], delimiter: Delimiter): void {
  const unwritable = delimiter === ',' ? /[\r\n]/ : /[\t\r\n]/;
  const first = ids.find((id) => unwritable.test(id));
  if (first === undefined) return;
  const message = `writeDistanceMatrix: sample id ${quoted(first)} has a tab or a line end. Rename the sample.`;
  throw unifracError('MATRIX_INVALID', message, { details: { id: first } });
}
