// Bytes of a file by place, through a few windows kept in memory. Knows no format.
import { type FileHandle, open } from 'node:fs/promises';
import { BeyondDirectReading, requireDirect } from './beyond-direct-reading.js';

/** A file up to this size is fetched whole, since that is faster than many pieces. */
const wholeFileBytes = 16 * 2 ** 20;
const step = 256 * 1024;
const windowBytes = 2 * step;
const mostWindows = 24;

/** A file that is read piece by piece; what lies close together is fetched once. */
export class FileBytes {
  readonly #file: FileHandle;
  /** How long the file is, in bytes. */
  readonly size: number;
  #whole: Promise<DataView> | undefined;
  /** What {@link FileBytes.#whole} has fetched. */
  #fetched: DataView | undefined;
  /** Windows of a larger file by the multiple of `step` at which they start, least recently used first. */
  readonly #windows = new Map<number, Promise<DataView>>();

  private constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  static async open(path: string): Promise<FileBytes> {
    const file = await open(path, 'r');
    return new FileBytes(file, (await file.stat()).size);
  }

  /** Begins to fetch what will be asked for soon, without waiting for it. */
  fetchSoon(): void {
    if (this.size > wholeFileBytes || this.#whole !== undefined) return;
    this.#whole = this.#load(0, this.size);
    // A failure counts when something is asked for.
    this.#whole.catch(() => undefined);
  }

  /** As {@link FileBytes.view}, where nothing has to be fetched for it; undefined otherwise. */
  viewNow(offset: number, length: number): DataView | undefined {
    this.#requireInside(offset, length);
    return this.#fetched && new DataView(this.#fetched.buffer, offset, length);
  }

  /** A view of `length` bytes from `offset` on; do not write into it. */
  async view(offset: number, length: number): Promise<DataView> {
    this.#requireInside(offset, length);
    if (this.size <= wholeFileBytes) {
      this.#whole ??= this.#load(0, this.size);
      this.#fetched = await this.#whole;
      return new DataView(this.#fetched.buffer, offset, length);
    }
    if (length > step) return this.#load(offset, length);
    const place = Math.floor(offset / step);
    const window = this.#windows.get(place) ?? this.#load(place * step, windowBytes);
    this.#windows.delete(place);
    this.#windows.set(place, window);
    if (this.#windows.size > mostWindows) this.#windows.delete(this.#windows.keys().next().value!);
    const { buffer } = await window;
    return new DataView(buffer, offset - place * step, length);
  }

  async close(): Promise<void> {
    this.#windows.clear();
    this.#whole = undefined;
    this.#fetched = undefined;
    await this.#file.close();
  }

  #requireInside(offset: number, length: number): void {
    if (offset >= 0 && length >= 0 && offset + length <= this.size) return;
    throw new BeyondDirectReading(`bytes ${offset} + ${length}`);
  }

  /** Reads from `offset` to `offset + most` or to the end of the file. */
  async #load(offset: number, most: number): Promise<DataView> {
    // Slow only in name: memory that is not shared with other buffers, and not cleared before it is filled.
    const bytes = Buffer.allocUnsafeSlow(Math.min(most, this.size - offset));
    for (let filled = 0; filled < bytes.length; ) {
      const { bytesRead } = await this.#file.read(bytes, filled, bytes.length - filled, offset + filled);
      requireDirect(bytesRead > 0, 'the file became shorter while it was read');
      filled += bytesRead;
    }
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}
