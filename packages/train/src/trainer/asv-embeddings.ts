// Embeddings of ASVs that are computed once and kept, as long as the weights that made them stand.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AsvInput, SequenceEncoder } from '@seq/model';
import { type FloatData, type FloatDType, noGrad, type Tensor, tensor, tidy } from '@seq/tensor';
import type { AsvCacheFile } from './asv-cache-file.js';

/** Options of {@link AsvEmbeddings}. */
export interface AsvEmbeddingsOptions {
  /** Type of the model's numbers. */
  readonly dtype: FloatDType;
  /** ASVs encoded at once; bounds memory, does not change numbers. Default 256. */
  readonly chunk?: number;
  /** ASVs kept at most, apart from those of the last batch; does not change numbers. Default 262 144. */
  readonly limit?: number;
  /** Embeddings of earlier runs with the same weights; takes in new ones. Default: none. */
  readonly file?: AsvCacheFile | undefined;
}

/**
 * A cache of ASV embeddings by feature index. ASVs are encoded in evaluation mode, without dropout and hidden bases, the
 * first time they are asked for.
 */
export class AsvEmbeddings {
  readonly #encoder: SequenceEncoder;
  readonly #dtype: FloatDType;
  readonly #chunk: number;
  readonly #limit: number;
  readonly #file: AsvCacheFile | undefined;
  readonly #rows = new Map<number, FloatData>();

  constructor(encoder: SequenceEncoder, { dtype, chunk = 256, limit = 262_144, file }: AsvEmbeddingsOptions) {
    this.#encoder = encoder;
    this.#dtype = dtype;
    this.#chunk = chunk;
    this.#limit = limit;
    this.#file = file;
  }

  /** Number of ASVs kept. */
  get size(): number {
    return this.#rows.size;
  }

  /** Forgets everything, as needed once the encoder's weights have changed. */
  clear(): void {
    this.#rows.clear();
  }

  /** Encodes the ASVs that are neither kept yet nor in the file; lets other work in between chunks. */
  async fill(asvs: AsvInput): Promise<void> {
    const missing = Array.from(asvs.asvIds.keys()).filter(
      (i) => !this.#rows.has(asvs.asvIds[i]!) && !this.#takeFromFile(asvs, i),
    );
    for (let start = 0; start < missing.length; start += this.#chunk) {
      this.#encode(takeAsvs(asvs, missing.slice(start, start + this.#chunk)));
      await nextTurn();
    }
    this.#forgetOldest(asvs);
  }

  /**
   * The embeddings of ASVs of the last {@link AsvEmbeddings.fill}, [U, D], in the order of `asvIds`. The caller frees
   * the tensor.
   */
  of({ asvIds }: Pick<AsvInput, 'asvIds'>): Tensor {
    const width = this.#encoder.config.embeddingWidth;
    const flat =
      this.#dtype === 'float64' ? new Float64Array(asvIds.length * width) : new Float32Array(asvIds.length * width);
    asvIds.forEach((id, i) => {
      const row = this.#rows.get(id);
      if (row === undefined) throw new Error(`assert: ASV ${id} was not filled in`);
      flat.set(row, i * width);
    });
    return tensor(flat, [asvIds.length, width]);
  }

  /** Keeps to the limit: those that were not asked for longest go first, and none of the given ones. */
  #forgetOldest({ asvIds }: AsvInput): void {
    if (this.#rows.size <= this.#limit) return;
    for (const id of asvIds) {
      const row = this.#rows.get(id)!;
      this.#rows.delete(id);
      this.#rows.set(id, row);
    }
    let surplus = this.#rows.size - Math.max(this.#limit, asvIds.length);
    for (const id of this.#rows.keys()) {
      if (surplus-- <= 0) break;
      this.#rows.delete(id);
    }
  }

  /** Whether the file has the embedding of a read, which is then kept. */
  #takeFromFile(asvs: AsvInput, asv: number): boolean {
    const found = this.#file?.find(tokensOf(asvs, asv));
    if (found !== undefined) this.#rows.set(asvs.asvIds[asv]!, found);
    return found !== undefined;
  }

  #encode(asvs: AsvInput): void {
    const width = this.#encoder.config.embeddingWidth;
    const values = tidy(() => noGrad(() => this.#encoder.encodeAsvs(asvs).embeddings.toTypedArray())) as FloatData;
    asvs.asvIds.forEach((id, i) => {
      const row = values.slice(i * width, (i + 1) * width);
      this.#rows.set(id, row);
      this.#file?.add(tokensOf(asvs, i), row);
    });
  }
}

function tokensOf({ asvTokens, asvOffsets }: AsvInput, asv: number): Int32Array {
  return asvTokens.subarray(asvOffsets[asv], asvOffsets[asv + 1]);
}

/** The chosen reads of a batch. */
export function takeAsvs({ asvTokens, asvOffsets, asvIds }: AsvInput, chosen: readonly number[]): AsvInput {
  const offsets = new Uint32Array(chosen.length + 1);
  chosen.forEach((asv, i) => {
    offsets[i + 1] = offsets[i]! + asvOffsets[asv + 1]! - asvOffsets[asv]!;
  });
  const tokens = new Int32Array(offsets[chosen.length]!);
  chosen.forEach((asv, i) => {
    tokens.set(asvTokens.subarray(asvOffsets[asv], asvOffsets[asv + 1]), offsets[i]);
  });
  return { asvTokens: tokens, asvOffsets: offsets, asvIds: Uint32Array.from(chosen, (asv) => asvIds[asv]!) };
}
