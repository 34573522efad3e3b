// The part of the training data that reaches one node of a tree, as ranges of shared arrays.

/** Training data of one tree; nodes are ranges of it, and splitting a node reorders its range. */
export interface TreeData {
  /** Distinct rows drawn for the tree; the rows of a node stand together. */
  readonly rows: Uint32Array;
  /** How often each row was drawn, by row. */
  readonly weights: Float64Array;
  /** Target of each row, by row. */
  readonly targets: Float64Array;
  /** Entries of the drawn rows; those of a node stand together, by column, within a column by value. */
  readonly entryColumns: Uint32Array;
  readonly entryRows: Uint32Array;
  readonly entryValues: Float64Array;
}

/** Ranges of a node in its tree's data, ends excluded. */
export interface NodeRange {
  readonly rowStart: number;
  readonly rowEnd: number;
  readonly entryStart: number;
  readonly entryEnd: number;
}

/** Rows, draws and target sums of a node or a side of it. */
export interface TargetSums {
  /** Distinct rows. */
  readonly rowCount: number;
  /** Draws. */
  readonly weight: number;
  /** Sum of the targets over all draws. */
  readonly sum: number;
}

/** Where a node is cut: rows with a value of `column` up to `threshold` go left. */
export interface Split {
  readonly column: number;
  readonly threshold: number;
  /** `sum² / weight` of both sides together: the higher, the less the targets vary within the sides. */
  readonly score: number;
}
