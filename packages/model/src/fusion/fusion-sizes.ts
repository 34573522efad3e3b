// Numbers that every fusion needs.
import type { CategoricalColumn } from '@seq/categorical';

/** Widths of what a fusion joins, and its dropout. */
export interface FusionSizes {
  /** Embedding width D of the slots. */
  readonly width: number;
  /** Width C of the concatenated category embeddings. */
  readonly categoryWidth: number;
  /** The columns behind these, in their order; only fusions that tell columns apart need them. */
  readonly columns?: readonly Pick<CategoricalColumn, 'name' | 'embeddingWidth'>[];
  /** Dropout probability inside the fusion in training. Default 0. */
  readonly dropout?: number;
}
