// What was found when inputs were matched, as plain data.

/** Ids that one input has and another lacks. */
export interface Absence {
  /** How many. */
  readonly count: number;
  /** The first three, in the order of the input that has them. */
  readonly first: readonly string[];
  /** Reads of the table that belong to them; 0 where the table does not have them. */
  readonly reads: number;
}

/** The one report of matching a table with everything else. Inputs that were not given have absences of 0. */
export interface MatchReport {
  readonly samples: {
    readonly inTable: number;
    readonly kept: number;
    /** In the table, but not in the metadata. */
    readonly withoutMetadata: Absence;
    /** In the metadata, but not in the table; common and harmless. */
    readonly onlyInMetadata: Absence;
    /** Kept, but with fewer reads than the rarefaction depth, or with none. They stay in the table. */
    readonly belowDepth: Absence;
  };
  readonly features: {
    readonly inTable: number;
    readonly kept: number;
    /** Neither in the FASTA nor DNA themselves. */
    readonly withoutSequence: Absence;
    /** No tip of the tree has their name. */
    readonly withoutTip: Absence;
    /** Tips of the tree that the table does not have; common and harmless. */
    readonly onlyInTree: Absence;
  };
  /** Reads of the table before and after. */
  readonly reads: { readonly inTable: number; readonly kept: number };
  /** Rarefaction depth that samples were held against, in reads. */
  readonly rarefactionDepth: number | undefined;
}
