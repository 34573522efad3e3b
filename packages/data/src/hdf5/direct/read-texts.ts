// Reads the texts of some rows of an HDF5 data set, of a fixed length or of any. Knows no layout of data sets.
import { isAscii } from 'node:buffer';
import { BeyondDirectReading } from './beyond-direct-reading.js';
import type { DirectDataSet } from './data-set.js';
import type { FileBytes } from './file-bytes.js';
import { type RowPiece, readPieces } from './read-rows.js';
import { type TextCollection, TextCollections } from './text-collections.js';

const referenceWords = 4;

/** Texts for places in the rows asked for, counted row by row: for `first`, `first + step`, and so on. */
export interface TextRun {
  /** Bytes of each text as letters, up to its length, so that equal ones are told before they are decoded. */
  readonly texts: readonly string[];
  /** Whether they are known to be ASCII. */
  readonly areAscii: boolean;
  /** Whether one of them may have a NUL, where it ends for the library. */
  readonly mayHaveNul: boolean;
  readonly first: number;
  readonly step: number;
}

/** Reads the rows from `start` to before `end`, in the order in which the file has them. */
export async function readTexts(
  bytes: FileBytes,
  data: DirectDataSet,
  { start, end }: { readonly start: number; readonly end: number },
  visit: (run: TextRun) => void,
): Promise<void> {
  const { type } = data;
  const width = data.shape[1] ?? 1;
  const collections = new TextCollections(bytes);
  await readPieces(bytes, data, { start, end }, async (piece) => {
    const isVariable = type.kind === 'texts' && type.isVariable;
    const found = isVariable ? await followed(piece, collections) : fixedTexts(piece, type.size);
    const { rows, columns } = piece;
    const first = (piece.row - start) * width + piece.column;
    if (columns === width) visit({ ...found, first, step: 1 });
    else if (columns === 1) visit({ ...found, first, step: width });
    else {
      for (let row = 0; row < rows; row++) {
        const texts = found.texts.slice(row * columns, (row + 1) * columns);
        visit({ ...found, texts, first: first + row * width, step: 1 });
      }
    }
  });
}

type Texts = Pick<TextRun, 'texts' | 'areAscii' | 'mayHaveNul'>;

function fixedTexts({ view, rows, columns, rowBytes }: RowPiece, size: number): Texts {
  const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  const texts: string[] = [];
  for (let row = 0; row < rows; row++) {
    const first = row * rowBytes;
    for (let at = first; at < first + columns * size; at += size) texts.push(bytes.toString('latin1', at, at + size));
  }
  return { texts, areAscii: isAscii(bytes), mayHaveNul: bytes.includes(0) };
}

/** The texts that references name: length, address of the collection in two words, and index in it. */
async function followed({ view, rows, columns, rowBytes }: RowPiece, collections: TextCollections): Promise<Texts> {
  // Words start at multiples of four, and data sets that are not packed anywhere.
  const isAligned = view.byteOffset % 4 === 0;
  const bytes = isAligned ? view.buffer : view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  const words = new Uint32Array(bytes, isAligned ? view.byteOffset : 0, view.byteLength / 4);
  const texts = new Array<string>(rows * columns);
  const [rowWords, width] = [rowBytes / 4, columns * referenceWords];
  const none: TextCollection = { letters: '', isAscii: true, starts: new Uint32Array(0), lengths: new Uint32Array(0) };
  let { letters, starts, lengths } = none;
  let [areAscii, mayHaveNul] = [true, false];
  let [low, high, text] = [-1, -1, 0];
  // One plain loop, since most files are read before anything in here is compiled.
  for (let row = 0; row < rows; row++) {
    const first = row * rowWords;
    const end = first + width;
    for (let at = first; at < end; at += referenceWords) {
      const length = words[at]!;
      if (length === 0) {
        texts[text++] = '';
        continue;
      }
      if (words[at + 1] !== low || words[at + 2] !== high) {
        [low, high] = [words[at + 1]!, words[at + 2]!];
        const address = low + high * 2 ** 32;
        const collection = collections.now(address) ?? (await collections.at(address));
        ({ letters, starts, lengths } = collection);
        areAscii &&= collection.isAscii;
      }
      const index = words[at + 3]!;
      const start = index < starts.length ? starts[index]! : 0;
      if (start === 0 || length > lengths[index]!) throw new BeyondDirectReading('a text that is not there');
      // Only zeros follow a text, so that this looks no further than to its end.
      const nul = letters.indexOf('\0', start);
      mayHaveNul ||= nul !== -1 && nul < start + length;
      texts[text++] = letters.slice(start, start + length);
    }
  }
  return { texts, areAscii, mayHaveNul };
}
