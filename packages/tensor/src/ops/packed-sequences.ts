// How rows of a tensor form sequences, as the attention operations take it.

/** Sequences that lie end to end in the rows of a tensor. */
export interface PackedSequences {
  /** Sequence i owns rows `offsets[i]` to `offsets[i + 1]`; from 0 to the number of rows, never falling. */
  readonly offsets: Uint32Array;
  /** Per row: 0 hides it as a key. Default: every row is visible. */
  readonly keyMask?: Uint8Array | undefined;
}
