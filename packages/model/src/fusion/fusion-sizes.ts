// Widths that every fusion needs.

/** Widths of what a fusion joins. */
export interface FusionSizes {
  /** Embedding width D of the slots. */
  readonly width: number;
  /** Width C of the concatenated category embeddings. */
  readonly categoryWidth: number;
}
