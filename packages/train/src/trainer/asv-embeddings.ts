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
  readonly #file: AsvCacheFile | undefined;
  readonly #rows = new Map<number, FloatData>();

  constructor(encoder: SequenceEncoder, { dtype, chunk = 256, file }: AsvEmbeddingsOptions) {
    this.#encoder = encoder;
    this.#dtype = dtype;
    this.#chunk = chunk;
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
  }

  /**
   * The embeddings of ASVs that {@link AsvEmbeddings.fill} has seen, [U, D], in the order of `asvIds`. The caller frees
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
