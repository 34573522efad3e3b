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

/** All blocks of a source in their order; the next one is read while one is in use. */
export async function* readThrough(
  source: FeatureTableSource,
  { signal, onProgress }: ReadThroughOptions = {},
): AsyncGenerator<SourceBlock, void, undefined> {
  const { sampleCount, samplesPerBlock } = source;
  const blocks = readAhead({
    start: 0,
    end: Math.ceil(sampleCount / samplesPerBlock),
    ahead: 1,
    load: async (block, stop) => {
      const start = block * samplesPerBlock;
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
