// How read counts change the embeddings of ASVs. It knows only tensors.
import { add, concat, mul, type ParameterScope, scaleShift, slice, type Tensor } from '@seq/tensor';
import type { CountEmbeddingKind } from './encoder-config.js';
import { Linear } from './layers/linear.js';

/** Options of {@link CountEmbedding}. */
export interface CountEmbeddingOptions {
  /** Embedding width D. */
  readonly width: number;
  /** Which of the three forms. */
  readonly kind: Exclude<CountEmbeddingKind, 'none'>;
}

/**
 * Combines embeddings a with c, the read count on the scale of the model, usually ln(1 + read count):
 *
 * - `add`: a + (w c + b); parameters `count_embed`.
 * - `concat`: W [a ; w c + b] + b'; parameters `count_embed` and `count_proj`.
 * - `film`: a (1 + scale) + shift with [scale ; shift] = w c + b; parameters `count_film`.
 */
export class CountEmbedding {
  /** Which of the three forms it is. */
  readonly kind: CountEmbeddingOptions['kind'];
  readonly #width: number;
  readonly #first: Linear;
  readonly #projection: Linear | undefined;

  /** @param scope - the scope of the module that owns it: names have no prefix of their own. */
  constructor(scope: ParameterScope, { width, kind }: CountEmbeddingOptions) {
    this.kind = kind;
    this.#width = width;
    const isFilm = kind === 'film';
    this.#first = new Linear(scope.child(isFilm ? 'count_film' : 'count_embed'), {
      inputs: 1,
      outputs: isFilm ? 2 * width : width,
    });
    if (kind === 'concat') {
      this.#projection = new Linear(scope.child('count_proj'), { inputs: 2 * width, outputs: width });
    }
  }

  /**
   * From [n, D] to [n, D].
   *
   * @param counts - read counts on the scale of the model, [n, 1].
   */
  forward(embeddings: Tensor, counts: Tensor): Tensor {
    const first = this.#first.forward(counts);
    if (this.#projection !== undefined) return this.#projection.forward(concat([embeddings, first], 1));
    if (this.kind === 'add') return add(embeddings, first);
    const scale = slice(first, 1, 0, this.#width);
    const shift = slice(first, 1, this.#width, 2 * this.#width);
    return add(mul(embeddings, scaleShift(scale, 1, 1)), shift);
  }
}
