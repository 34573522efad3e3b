// The file in which embeddings of ASVs are kept between runs, as Arrow. It knows which weights its numbers are of, and
// neither tables nor losses.
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import {
  quotedPath,
  type ReadVectorRows,
  readArrowVectors,
  readStart,
  writeArrowVectors,
  writeWhole,
} from '@seq/data/files';
import type { SequenceEncoder } from '@seq/model';
import type { FloatData, ParameterStore } from '@seq/tensor';
import { trainError } from '../errors.js';
import { softwareVersion } from '../version.js';

/** What decides the embedding of an ASV besides its bases. */
export interface AsvCacheModel {
  /** Holds the weights of the encoder, alone or within a predictor. */
  readonly store: ParameterStore;
  /** Reads ASVs. */
  readonly encoder: SequenceEncoder;
}

/** Options of {@link AsvCacheFile.open}. */
export interface OpenAsvCacheOptions {
  /** Called with a sentence if an existing file cannot be used and will be replaced, or none can be written. */
  readonly onNotice?: ((notice: string) => void) | undefined;
  /** Milliseconds that one step of the reading may take. Default 60 000. */
  readonly stallTimeoutMs?: number | undefined;
}

const ID_COLUMN = 'asv';
/** The column of embeddings has this name; behind it stand what its numbers are of, and the checksum of the rows. */
const VALUE_COLUMN = 'embedding';
/** Names of reads begin with this; the first one stands within so many bytes. */
const MARK = 'seq-asv-1:';
const START_BYTES = 65_536;
const ROWS_PER_BATCH = 4096;

/**
 * Embeddings of ASVs in an Arrow IPC file: a column `asv` with a hash of the tokens, and one of lists of numbers
 * whose name carries a key (weights of the ASV level, its configuration, type of the numbers, version, kind of processor)
 * and a checksum of all rows. Numbers are taken from it only if key and checksum are as they should be, so results are
 * the same bits with and without the file.
 */
export class AsvCacheFile {
  readonly #path: string;
  readonly #key: string;
  readonly #width: number;
  readonly #isNarrow: boolean;
  readonly #onNotice: ((notice: string) => void) | undefined;
  readonly #rows = new Map<string, FloatData>();
  #hasNew = false;

  private constructor(path: string, { store, encoder }: AsvCacheModel, options: OpenAsvCacheOptions) {
    this.#path = path;
    this.#key = keyOf({ store, encoder });
    this.#width = encoder.config.embeddingWidth;
    this.#isNarrow = store.dtype === 'float32';
    this.#onNotice = options.onNotice;
  }

  /**
   * Reads a file, if there is one. A damaged one, and one of other weights, counts as empty and is replaced by
   * {@link AsvCacheFile.save}.
   *
   * @throws SeqError `ASV_CACHE_FOREIGN` if the file is something else, which is never replaced; `FILE_UNREADABLE`.
   */
  static async open(path: string, model: AsvCacheModel, options: OpenAsvCacheOptions = {}): Promise<AsvCacheFile> {
    const cache = new AsvCacheFile(path, model, options);
    if (!(await isCache(path))) return cache;
    try {
      const { stallTimeoutMs } = options;
      const problem = cache.#take(await readArrowVectors(path, { stallTimeoutMs, idColumn: ID_COLUMN }));
      if (problem !== undefined) cache.#ignore(problem);
    } catch (cause) {
      cache.#ignore(`it is damaged (${(cause as Error).message})`);
    }
    return cache;
  }

  /** A hash of everything that decides the numbers of a model's file: models with the same one can share a file. */
  static keyOf(model: AsvCacheModel): string {
    return keyOf(model);
  }

  /** Number of ASVs that are known. */
  get size(): number {
    return this.#rows.size;
  }

  /** The embedding of a read by its tokens; undefined if it is not known. */
  find(tokens: Int32Array): FloatData | undefined {
    return this.#rows.get(nameOf(tokens));
  }

  /** Takes in the embedding of a read. */
  add(tokens: Int32Array, embedding: FloatData): void {
    const name = nameOf(tokens);
    if (this.#rows.has(name)) return;
    this.#rows.set(name, embedding);
    this.#hasNew = true;
  }

  /**
   * Writes the file with everything that is known, whole or not at all; does nothing if nothing is new. Where the system
   * refuses, a notice says so: the results do not need the file.
   */
  async save(): Promise<void> {
    if (!this.#hasNew) return;
    const ids = [...this.#rows.keys()].sort();
    const name = `${VALUE_COLUMN} ${this.#key} ${this.#checksum(ids, (id) => this.#rows.get(id)!)}`;
    const rows = { ids, idColumn: ID_COLUMN, name, width: this.#width };
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      await writeWhole(this.#path, (file) =>
        writeArrowVectors(file, { ...rows, precision: this.#isNarrow ? 'f32' : 'f64', blocks: this.#blocks(ids) }),
      );
      this.#hasNew = false;
    } catch (cause) {
      this.#onNotice?.(`the cache of ASVs ${quotedPath(this.#path)} was not written: ${(cause as Error).message}`);
    }
  }

  /** Keeps the rows of a file, or says why they cannot be used. */
  #take({ ids, name, width, values }: ReadVectorRows): string | undefined {
    const [, key, checksum] = name.split(' ');
    if (key !== this.#key) return 'it is of other weights, of another version or of another processor';
    const rowAt = (row: number): FloatData => values.subarray(row * this.#width, (row + 1) * this.#width);
    const isWhole =
      width === this.#width &&
      values instanceof (this.#isNarrow ? Float32Array : Float64Array) &&
      values.length === ids.length * this.#width;
    const places = new Map(ids.map((id, row) => [id, row]));
    if (!isWhole || places.size !== ids.length || checksum !== this.#checksum(ids, (id) => rowAt(places.get(id)!))) {
      return 'it is damaged (its checksum is another)';
    }
    for (const [id, row] of places) this.#rows.set(id, rowAt(row));
    return undefined;
  }

  #ignore(reason: string): void {
    this.#onNotice?.(`the cache of ASVs ${quotedPath(this.#path)} is not used and will be replaced: ${reason}`);
  }

  #checksum(ids: readonly string[], rowOf: (id: string) => FloatData): string {
    const hash = createHash('sha256');
    for (const id of ids) {
      const { buffer, byteOffset, byteLength } = rowOf(id);
      hash.update(id).update(new Uint8Array(buffer, byteOffset, byteLength));
    }
    return hash.digest('hex');
  }

  *#blocks(ids: readonly string[]): Generator<Float32Array | Float64Array> {
    for (let start = 0; start < ids.length; start += ROWS_PER_BATCH) {
      const chosen = ids.slice(start, start + ROWS_PER_BATCH);
      const length = chosen.length * this.#width;
      const block = this.#isNarrow ? new Float32Array(length) : new Float64Array(length);
      chosen.forEach((id, row) => {
        block.set(this.#rows.get(id)!, row * this.#width);
      });
      yield block;
    }
  }
}

/** Whether a file says at its start that it is a cache of ASVs; false where there is none. */
async function isCache(path: string): Promise<boolean> {
  let start: Uint8Array;
  try {
    start = await readStart(path, START_BYTES);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'FILE_NOT_FOUND') return false;
    throw error;
  }
  if (start.length === 0) return false;
  if (Buffer.from(start).includes(MARK)) return true;
  throw trainError(
    'ASV_CACHE_FOREIGN',
    `${quotedPath(path)} is no cache of ASVs, and is left as it is. Give the path of a new file, or of a cache.`,
    { details: { path } },
  );
}

/** The name of a read: a hash of its tokens. */
function nameOf({ buffer, byteOffset, byteLength }: Int32Array): string {
  const hash = createHash('sha256').update(new Uint8Array(buffer, byteOffset, byteLength));
  return `${MARK}${hash.digest('base64url')}`;
}

/** A hash of everything that decides the embedding of a read in evaluation mode. */
function keyOf({ store, encoder }: AsvCacheModel): string {
  // Neither plays a part in evaluation.
  const { dropout: _dropout, masking: _masking, ...options } = encoder.sampleEncoder.asvEncoder.options;
  const hash = createHash('sha256');
  const { arch } = process;
  hash.update(JSON.stringify({ softwareVersion, arch, processor: cpus()[0]?.model, dtype: store.dtype, options }));
  const level = /^(?:base_model\.)?sample_encoder\.asv_encoder\.(.*)$/;
  for (const name of store.names().sort()) {
    const [, ownName] = level.exec(name) ?? [];
    if (ownName === undefined) continue;
    const { buffer, byteOffset, byteLength } = store.read(name);
    hash.update(JSON.stringify([ownName, byteLength])).update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}
