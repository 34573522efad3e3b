// Numbers that every fusion needs.

/** Widths of what a fusion joins, and its dropout. */
export interface FusionSizes {
  /** Embedding width D of the slots. */
  readonly width: number;
  /** Width C of the concatenated category embeddings. */
  readonly categoryWidth: number;
  /** Dropout probability inside the fusion in training. Default 0. */
  readonly dropout?: number;
}
