// The order in which an epoch visits samples of a source: blocks in random order, and the samples of some blocks at a time
// shuffled together; where these are all, the order of a dataset in memory. A function of its arguments; any part of it can
// be had without the rest.
import { epochOrder } from '../batches/epoch-order.js';
import { Draws } from '../random/draws.js';
import { shuffledIndices } from '../random/shuffled.js';
import type { StreamedDataset } from './streamed-dataset.js';

/** What the order depends on. */
export interface StreamOrderOptions {
  readonly shuffle: boolean;
  readonly seed: number;
  readonly epoch: number;
  /** Blocks that are shuffled together. */
  readonly blocksPerBuffer: number;
  /** Samples of a block of the source. */
  readonly samplesPerBlock: number;
}

/** Samples of a dataset that lie in one block of the source: `start` to before `end` of its reading order. */
export interface BlockRange {
  readonly start: number;
  readonly end: number;
}

/** The order of one epoch, buffer by buffer. */
export class StreamOrder {
  readonly #options: StreamOrderOptions;
  readonly #readingOrder: Uint32Array;
  /** Where each block starts in the reading order, and N at the end. */
  readonly #blockStarts: Uint32Array;
  /** Number of a block by its turn. */
  readonly #turns: Uint32Array;
  /** Position at which each buffer starts, and N at the end. */
  readonly #bufferStarts: Uint32Array;

  constructor({ rows, readingOrder }: Pick<StreamedDataset, 'rows' | 'readingOrder'>, options: StreamOrderOptions) {
    const { shuffle, seed, epoch, blocksPerBuffer, samplesPerBlock } = options;
    this.#options = options;
    this.#readingOrder = readingOrder;
    this.#blockStarts = blockStarts(
      readingOrder.map((index) => rows[index]!),
      samplesPerBlock,
    );
    const blockCount = this.#blockStarts.length - 1;
    this.#turns = shuffle
      ? shuffledIndices(blockCount, new Draws({ seed, purpose: 'blockOrder', epoch }))
      : Uint32Array.from({ length: blockCount }, (_, i) => i);
    const starts = [0];
    for (let turn = 0; turn < blockCount; turn += blocksPerBuffer) {
      const size = this.#blocksOf(turn, turn + blocksPerBuffer).reduce((sum, { start, end }) => sum + end - start, 0);
      starts.push(starts.at(-1)! + size);
    }
    this.#bufferStarts = Uint32Array.from(starts);
  }

  /** How many buffers an epoch has. */
  get bufferCount(): number {
    return this.#bufferStarts.length - 1;
  }

  /** The buffer in which a position lies. */
  bufferOf(position: number): number {
    let [low, high] = [0, this.bufferCount];
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if (this.#bufferStarts[middle]! <= position) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Position of the first sample of a buffer; of the end of the epoch for the one after the last. */
  startOf(buffer: number): number {
    return this.#bufferStarts[buffer]!;
  }

  /** Blocks of a buffer, in the order of the source. */
  blocksOf(buffer: number): readonly BlockRange[] {
    const { blocksPerBuffer } = this.#options;
    const blocks = this.#blocksOf(buffer * blocksPerBuffer, (buffer + 1) * blocksPerBuffer);
    return [...blocks].sort((a, b) => a.start - b.start);
  }

  /** The samples of a buffer as they are visited: places among those of its blocks, one block after the other. */
  placesOf(buffer: number): Uint32Array {
    const { shuffle, seed, epoch } = this.#options;
    const places = this.placesByIndex();
    const size = this.startOf(buffer + 1) - this.startOf(buffer);
    if (places !== undefined) return epochOrder(size, { shuffle, seed, epoch }).map((index) => places[index]!);
    if (!shuffle) return Uint32Array.from({ length: size }, (_, i) => i);
    return shuffledIndices(size, new Draws({ seed, purpose: 'bufferOrder', epoch, id: String(buffer) }));
  }

  /** Place in the buffer of every sample by its index in the dataset; undefined where there are several buffers. */
  placesByIndex(): Uint32Array | undefined {
    if (this.bufferCount !== 1) return undefined;
    const places = new Uint32Array(this.#readingOrder.length);
    this.#readingOrder.forEach((index, place) => {
      places[index] = place;
    });
    return places;
  }

  #blocksOf(first: number, last: number): readonly BlockRange[] {
    return Array.from(this.#turns.subarray(first, last), (block) => ({
      start: this.#blockStarts[block]!,
      end: this.#blockStarts[block + 1]!,
    }));
  }
}

/** Where each block with a sample in use starts among ascending rows, and their number at the end. */
function blockStarts(rows: Uint32Array, samplesPerBlock: number): Uint32Array {
  const starts: number[] = [];
  let block = -1;
  for (let i = 0; i < rows.length; i++) {
    const own = Math.floor(rows[i]! / samplesPerBlock);
    if (own === block) continue;
    block = own;
    starts.push(i);
  }
  return Uint32Array.from([...starts, rows.length]);
}
