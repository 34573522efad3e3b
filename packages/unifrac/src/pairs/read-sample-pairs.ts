// Reads which pairs of samples are wanted from a text file. Knows no distance.
import { firstFew, quotedPath, type ReadTextOptions, readText } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { splitLine } from '../matrix/delimited-line.js';

/** Options of {@link readSamplePairs}. */
export interface ReadSamplePairsOptions extends ReadTextOptions {
  /** Samples of the table, whose rows the pairs are given as. */
  readonly sampleIds: readonly string[];
}

/**
 * Pairs of samples of a text file: two ids per line, parted by a tab, or by a comma in a file that ends in `.csv`; more cells
 * are not looked at. A first line of which no cell is a sample is a heading; empty lines are skipped.
 *
 * @returns rows of the samples of each pair, two numbers per pair, in the order of the file, as {@link unifracOfPairs} and
 *   {@link communityOfPairs} take them.
 * @throws SeqError `PAIRS_INVALID` for a line of one cell; `SAMPLE_UNKNOWN` for ids that are no samples, counted, the first ten
 *   named; and those of reading a text file.
 */
export async function readSamplePairs(path: string, options: ReadSamplePairsOptions): Promise<Uint32Array> {
  const rows = new Map(options.sampleIds.map((id, row) => [id, row]));
  const delimiter = path.toLowerCase().endsWith('.csv') ? ',' : '\t';
  const pairs: number[] = [];
  const unknown = new Set<string>();
  let isFirst = true;
  for (const [at, line] of (await readText(path, options)).split(/\r\n|\r|\n/).entries()) {
    if (line.trim() === '') continue;
    const [a, b] = splitLine(line, delimiter) ?? [];
    if (a === undefined || b === undefined) {
      const parted = delimiter === ',' ? 'a comma' : 'a tab';
      const message = `${quotedPath(path)}: line ${at + 1} has no two cells parted by ${parted}. Write the ids of two samples per line.`;
      throw unifracError('PAIRS_INVALID', message, { details: { path, line: at + 1 } });
    }
    const isHeading = isFirst && !rows.has(a) && !rows.has(b);
    isFirst = false;
    if (isHeading) continue;
    for (const id of [a, b]) {
      const row = rows.get(id);
      if (row === undefined) unknown.add(id);
      else pairs.push(row);
    }
  }
  if (unknown.size === 0) return Uint32Array.from(pairs);
  throw unifracError(
    'SAMPLE_UNKNOWN',
    `${quotedPath(path)}: ${unknown.size} ids are no samples of the table (first: ${firstFew([...unknown], 10)}).`,
    { details: { path, unknownCount: unknown.size, first: [...unknown].slice(0, 10) } },
  );
}
