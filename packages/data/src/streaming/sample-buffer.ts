// Samples that are shuffled together, as they were read: block by block, without a copy. Knows no order and no batches.
import type { CommunityPool } from '../augmentation/augmentation-step.js';
import { type BatchSample, communityOf, type OpenSamples, openSample } from '../batches/make-batch.js';
import { pickSampleColumns } from '../batches/sample-columns.js';
import { rarefiedSamples } from '../rarefaction/rarefied-rows.js';
import { pickedRows, type SampleRows } from '../table/sample-rows.js';
import type { BlockRange } from './stream-order.js';
import type { StreamedDataset } from './streamed-dataset.js';

/** A part of a buffer, and the index in the dataset of each of its samples. */
interface Part extends OpenSamples {
  readonly indices: Uint32Array;
}

/** The samples of some blocks of a source, in the order of the source. */
export class SampleBuffer {
  readonly #parts: readonly Part[];
  /** Place of the first sample of each part, and how many samples there are at the end. */
  readonly #starts: readonly number[];

  private constructor(parts: readonly Part[]) {
    this.#parts = parts;
    const starts = [0];
    for (const { sampleIds } of parts) starts.push(starts.at(-1)! + sampleIds.length);
    this.#starts = starts;
  }

  /** Reads the given blocks, one after the other. */
  static async read(
    dataset: StreamedDataset,
    blocks: readonly BlockRange[],
    signal: AbortSignal,
  ): Promise<SampleBuffer> {
    const parts: Part[] = [];
    for (const block of blocks) parts.push(await readPart(dataset, block, signal));
    return new SampleBuffer(parts);
  }

  /**
   * A sample as it goes into a batch; mixed with samples of this buffer, where samples are mixed.
   *
   * @param members - place of each sample by the number under which it is drawn for mixing. Default: the same.
   */
  open(place: number, epoch: number, members?: Uint32Array): BatchSample {
    const { part, row } = this.#find(place);
    const pool: CommunityPool = {
      size: this.#starts.at(-1)!,
      communityAt: (other) => {
        const found = this.#find(members?.[other] ?? other);
        return communityOf(found.part, found.row, epoch);
      },
    };
    return openSample(part, row, epoch, pool);
  }

  /** The index of a sample in the dataset. */
  indexOf(place: number): number {
    const { part, row } = this.#find(place);
    return part.indices[row]!;
  }

  #find(place: number): { readonly part: Part; readonly row: number } {
    let number = 0;
    while (this.#starts[number + 1]! <= place) number += 1;
    return { part: this.#parts[number]!, row: place - this.#starts[number]! };
  }
}

async function readPart(dataset: StreamedDataset, { start, end }: BlockRange, signal: AbortSignal): Promise<Part> {
  const { source, rows, settings, sequenceRanks, augmentation, columns, sampleCount } = dataset;
  const indices = dataset.readingOrder.subarray(start, end);
  const firstRow = rows[indices[0]!]!;
  const found = await source.samples(firstRow, rows[indices.at(-1)!]! + 1, { signal });
  const used = indices.map((index) => rows[index]! - firstRow);
  const table = drawnOnce(dataset, used.length === found.sampleIds.length ? found : pickedRows(found, used));
  return {
    indices,
    table,
    sampleIds: table.sampleIds,
    settings,
    sequenceRanks,
    augmentation,
    columns: pickSampleColumns(columns, indices, sampleCount),
  };
}

/** The samples after rarefaction, where every epoch has the same draw. */
function drawnOnce({ settings }: StreamedDataset, rows: SampleRows): SampleRows {
  const { rarefactionDepth: depth, refreshRarefaction, seed, withReplacement } = settings;
  const isFixed = depth !== undefined && !refreshRarefaction;
  return isFixed ? rarefiedSamples(rows, { depth, seed, epoch: 0, withReplacement }) : rows;
}
