// How the slots of a batch belong to its samples, for everything that brings sample vectors to slots.

/** The slots of a batch: sample i owns rows `offsets[i]` to `offsets[i + 1]`, row r belongs to sample `samples[r]`. */
export interface Slots {
  /** [B + 1]. */
  readonly offsets: Uint32Array;
  /** [n]. */
  readonly samples: Uint32Array;
  /** One id per sample for dropout, [B]. */
  readonly sampleIds: Uint32Array;
}
