// Goes through all counts of a source once, block by block. Knows no formats.
import type { SampleRows } from '../table/sample-rows.js';
import type { FeatureTableSource, SourceReadOptions } from './feature-table-source.js';
import { readAhead } from './read-ahead.js';

/** Where the reading of a source stands. */
export interface SourceProgress {
  /** Samples read so far. */
  readonly samples: number;
  /** Samples of the source. */
  readonly sampleCount: number;
}

/** Options of reading a source through. */
export interface ReadThroughOptions extends SourceReadOptions {
  /** Called after every block. */
  readonly onProgress?: ((progress: SourceProgress) => void) | undefined;
}

/** Samples of a block, and the row of the first one in the source. */
export interface SourceBlock {
  readonly start: number;
  readonly rows: SampleRows;
}

/**
 * The blocks of a source in their order; the next one is read while one is in use.
 *
 * @param isUsed - by row, 1 or 0; blocks without any 1 are left out. Default: all.
 */
export async function* readThrough(
  source: FeatureTableSource,
  { signal, onProgress }: ReadThroughOptions = {},
  isUsed?: Uint8Array,
): AsyncGenerator<SourceBlock, void, undefined> {
  const { sampleCount, samplesPerBlock } = source;
  const isWanted = (block: number): boolean =>
    isUsed?.subarray(block * samplesPerBlock, (block + 1) * samplesPerBlock).includes(1) ?? true;
  const wanted = Array.from({ length: Math.ceil(sampleCount / samplesPerBlock) }, (_, block) => block).filter(isWanted);
  const blocks = readAhead({
    start: 0,
    end: wanted.length,
    ahead: 1,
    load: async (number, stop) => {
      const start = wanted[number]! * samplesPerBlock;
      const end = Math.min(start + samplesPerBlock, sampleCount);
      return { start, rows: await source.samples(start, end, { signal: stop }) };
    },
    signal,
  });
  for await (const block of blocks) {
    yield block;
    onProgress?.({ samples: block.start + block.rows.sampleIds.length, sampleCount });
  }
}

/** For each of so many numbers 1 if it is among the marked ones, else 0. */
export function marksOf(length: number, marked: ArrayLike<number>): Uint8Array {
  const marks = new Uint8Array(length);
  for (let i = 0; i < marked.length; i++) marks[marked[i]!] = 1;
  return marks;
}
