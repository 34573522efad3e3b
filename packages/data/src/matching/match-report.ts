// What was found when inputs were matched, as plain data.

/** Ids that one input has and another lacks. */
export interface Absence {
  /** How many. */
  readonly count: number;
  /** The first ten, or three of what does no harm, in the order of the input that has them. */
  readonly first: readonly string[];
  /** Reads of the table that belong to them; 0 where the table does not have them. */
  readonly reads: number;
}

/** How much of something was in the table, and how much of it is left. */
export interface Retention {
  /** In the table as it was given. */
  readonly inTable: number;
  /** In the table that was handed back. */
  readonly kept: number;
}

/** What became of the samples. */
export interface MatchedSamples extends Retention {
  /** In the table, but not in the metadata. */
  readonly withoutMetadata: Absence;
  /** In the metadata, but not in the table; common and harmless. */
  readonly onlyInMetadata: Absence;
  /** In the table, but without a value of the target. A sample without metadata is among them. */
  readonly withoutTarget: Absence;
  /** In the table, but not in the distance matrix. */
  readonly withoutDistances: Absence;
  /** In the distance matrix, but not in the table; common and harmless. */
  readonly onlyInMatrix: Absence;
  /** Kept, but with fewer reads than the rarefaction depth, or with none. They stay in the table. */
  readonly belowDepth: Absence;
}

/** What became of the features. */
export interface MatchedFeatures extends Retention {
  /** Neither in the FASTA nor DNA themselves. */
  readonly withoutSequence: Absence;
  /** In the FASTA, but not in the table; common and harmless. */
  readonly onlyInSequences: Absence;
  /** No tip of the tree has their name. */
  readonly withoutTip: Absence;
  /** Tips of the tree that the table does not have; common and harmless. */
  readonly onlyInTree: Absence;
}

/** The one report of matching a table with everything else. Inputs that were not given have absences of 0. */
export interface MatchReport {
  /** Samples before and after, and what they lack. */
  readonly samples: MatchedSamples;
  /** Features before and after, and what they lack. */
  readonly features: MatchedFeatures;
  /** Reads of the table before and after. */
  readonly reads: Retention;
  /** Rarefaction depth that samples were held against, in reads. */
  readonly rarefactionDepth: number | undefined;
}
