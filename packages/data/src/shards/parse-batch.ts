// Sample rows of the record batches of a shard. Knows no files, no manifest and no checksums.
import type { SampleRows } from '../table/sample-rows.js';
import { numbersOf, offsetsOf, readArrowBatch, requireArrow, textsOf } from './arrow-message.js';
import type { ShardCountType } from './shard-manifest.js';

/** What a batch must hold. */
export interface ExpectedBatch {
  readonly samples: number;
  readonly entries: number;
  readonly countType: ShardCountType;
}

const countArrays = { uint32: Uint32Array, float32: Float32Array, float64: Float64Array } as const;

/** Buffers of the columns: id has three, each list four of which the first and third say what is valid. */
const bufferCount = 11;

/**
 * The sample rows of a record batch with the columns id, features and counts, apart from the bytes of the message. Features
 * and counts are not looked at.
 *
 * @throws RangeError if it is another batch.
 */
export function parseBatch(message: Uint8Array, { samples, entries, countType }: ExpectedBatch): SampleRows {
  const { rows, buffers } = readArrowBatch(message);
  requireArrow(rows === samples && buffers.length === bufferCount, 'a batch of other columns');
  const offsets = offsetsOf(buffers[4], samples, entries);
  const otherOffsets = offsetsOf(buffers[8], samples, entries);
  requireArrow(offsets[samples] === entries, 'a batch of another number of counts');
  for (let row = 0; row <= samples; row++) {
    requireArrow(offsets[row] === otherOffsets[row], 'features and counts that do not belong together');
  }
  const counts = numbersOf<Uint32Array | Float32Array | Float64Array>(countArrays[countType], buffers[10], entries);
  return {
    sampleIds: textsOf(buffers.slice(0, 3), samples).map(String),
    sampleOffsets: Uint32Array.from(offsets),
    featureIndices: numbersOf(Uint32Array, buffers[6], entries).slice(),
    counts: Float64Array.from(counts),
  };
}
