// Samples of a shard folder, batch by batch. Knows neither JSON nor Arrow.
import {
  type FeatureTableSource,
  type PackedSampleIdsOptions,
  requireSampleRange,
  type SampleIdsOptions,
  type SourceReadOptions,
} from '../streaming/feature-table-source.js';
import { areOrderedRows, joinedRows, rowsOfTable, type SampleRows } from '../table/sample-rows.js';
import type { PackedTexts } from '../text/packed-texts.js';
import type { FeatureAxis } from './axis-files.js';
import { parseSampleAxis, type StoredSampleAxis } from './parse-axis.js';
import { parseBatch } from './parse-batch.js';
import { readShardAxis, readShardBatch } from './read-shard-file.js';
import { damagedShards, type Shard, type ShardBatch, type ShardManifest } from './shard-manifest.js';

/** A table in a shard folder; make it with `openShards`. */
export class ShardSource implements FeatureTableSource {
  readonly sampleCount: number;
  readonly featureCount: number;
  readonly entryCount: number;
  readonly featureIds: readonly string[];
  readonly taxonomy: readonly (readonly string[])[] | undefined;
  readonly samplesPerBlock: number;
  readonly hasWholeCounts: boolean;
  readonly #folder: string;
  readonly #manifest: ShardManifest;
  readonly #batches: readonly { readonly shard: Shard; readonly batch: ShardBatch }[];
  /** Memory for the bytes of the next batch; undefined while it is in use. */
  #scratch: Uint8Array | undefined;
  /** What the file of samples says, as long as memory is not short: names and reads are asked for one after the other. */
  #samples: WeakRef<StoredSampleAxis> | undefined;
  /** The batch that was read last, since neighbouring samples are often asked for one after the other. */
  #last: { readonly number: number; readonly rows: Promise<SampleRows> } | undefined;

  constructor(folder: string, manifest: ShardManifest, features: FeatureAxis) {
    this.#folder = folder;
    this.#manifest = manifest;
    this.#batches = manifest.shards.flatMap((shard) => shard.batches.map((batch) => ({ shard, batch })));
    this.sampleCount = manifest.sampleCount;
    this.featureCount = manifest.featureCount;
    this.entryCount = manifest.entryCount;
    this.featureIds = features.ids;
    this.taxonomy = features.taxonomy;
    this.samplesPerBlock = manifest.samplesPerBatch;
    this.hasWholeCounts = manifest.countType === 'uint32';
  }

  async sampleIds(options: SampleIdsOptions = {}): Promise<readonly string[]> {
    return this.#ofSamples((axis) => axis.ids(options.rows), options);
  }

  async packedSampleIds({ rows, ...options }: PackedSampleIdsOptions): Promise<PackedTexts> {
    return this.#ofSamples((axis) => axis.packedIds(rows), options);
  }

  async sampleMetadata(
    options?: SourceReadOptions,
  ): Promise<ReadonlyMap<string, readonly (string | null)[]> | undefined> {
    return this.#ofSamples((axis) => axis.metadata(), options);
  }

  async sampleReads(options?: SourceReadOptions): Promise<Float64Array> {
    return this.#ofSamples((axis) => axis.reads(), options);
  }

  async samples(start: number, end: number, { signal }: SourceReadOptions = {}): Promise<SampleRows> {
    requireSampleRange(start, end, this.sampleCount);
    const width = this.samplesPerBlock;
    const parts: SampleRows[] = [];
    for (let number = Math.floor(start / width); number * width < end; number++) {
      signal?.throwIfAborted();
      const first = number * width;
      const rows = await this.#batch(number);
      const [from, to] = [Math.max(start - first, 0), Math.min(end - first, rows.sampleIds.length)];
      parts.push(from === 0 && to === rows.sampleIds.length ? rows : rowsOfTable(rows, from, to));
    }
    return parts.length === 1 ? parts[0]! : joinedRows(parts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#last = undefined;
  }

  async #ofSamples<Value>(pick: (axis: StoredSampleAxis) => Value, { signal }: SourceReadOptions = {}): Promise<Value> {
    signal?.throwIfAborted();
    const known = this.#samples?.deref();
    if (known !== undefined) return pick(known);
    const { samples, sampleCount } = this.#manifest;
    return readShardAxis(this.#folder, samples, (bytes) => {
      const axis = parseSampleAxis(bytes, sampleCount);
      this.#samples = new WeakRef(axis);
      return pick(axis);
    });
  }

  #batch(number: number): Promise<SampleRows> {
    if (this.#last?.number === number) return this.#last.rows;
    const rows = this.#read(number);
    this.#last = { number, rows };
    return rows;
  }

  async #read(number: number): Promise<SampleRows> {
    const { shard, batch } = this.#batches[number]!;
    const { countType } = this.#manifest;
    const scratch = this.#scratch;
    this.#scratch = undefined;
    const rows = await readShardBatch(this.#folder, shard, batch, {
      scratch,
      parse: (bytes) => {
        this.#scratch = bytes;
        return parseBatch(bytes, { ...batch, countType });
      },
    });
    if (areOrderedRows(rows, this.featureCount)) return rows;
    throw damagedShards(this.#folder, `a batch of "${shard.file}" has counts or features that no table has`);
  }
}
