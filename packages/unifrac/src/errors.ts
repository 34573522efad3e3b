// The codes of every error that @seq/unifrac throws at its callers, and the one way to make such an error.
import { type ErrorDetails, SeqError } from './native.js';

/** Why a call into `@seq/unifrac` was refused; the sentence of the error says what was found and what to do. */
export type UnifracErrorCode =
  /** There is no file at the path. */
  | 'FILE_NOT_FOUND'
  /** The file exists but cannot be read. */
  | 'FILE_UNREADABLE'
  /** The file is cut off, damaged, or not what its format demands. */
  | 'FILE_MALFORMED'
  /** Neither the name nor the content is of a format that is known. */
  | 'FILE_FORMAT_UNKNOWN'
  /** A file could not be written. */
  | 'FILE_NOT_WRITTEN'
  /** The text holds no tree. */
  | 'TREE_EMPTY'
  /** More than 4,294,967,294 nodes or bytes of text. */
  | 'TREE_TOO_LARGE'
  /** The text is not UTF-8. */
  | 'TEXT_NOT_UTF8'
  /** Parentheses do not match. */
  | 'NEWICK_UNBALANCED'
  /** The text is not Newick for another reason. */
  | 'NEWICK_INVALID'
  /** The text holds more than one tree. */
  | 'NEWICK_SEVERAL_TREES'
  /** Text follows the tree. */
  | 'NEWICK_TRAILING_TEXT'
  /** A branch length is not a finite number >= 0. */
  | 'BRANCH_LENGTH_INVALID'
  /** Tips that a tree cannot be rooted by. */
  | 'OUTGROUP_INVALID'
  /** A name that no tip has. */
  | 'TIP_UNKNOWN'
  /** Two tips have the same name. */
  | 'TIP_NAME_DUPLICATE'
  /** The phylogeny was disposed. */
  | 'PHYLOGENY_DISPOSED'
  /** The prepared tree was disposed. */
  | 'UNIFRAC_DISPOSED'
  /** The file says that its tree has no root. */
  | 'TREE_NOT_ROOTED'
  /** Features that are no tips of the tree. */
  | 'FEATURES_NOT_IN_TREE'
  /** Offsets, features or counts do not fit together, or a count is not a finite number >= 0. */
  | 'TABLE_INVALID'
  /** Samples without reads, or without any in the tree, where the caller forbids them. */
  | 'SAMPLE_EMPTY'
  /** A sample id that a matrix does not have. */
  | 'SAMPLE_UNKNOWN'
  /** A distance matrix that breaks its rules: shape, ids, symmetry, diagonal, values. */
  | 'MATRIX_INVALID'
  /** Parts of a distance matrix do not belong together. */
  | 'PARTS_DIFFER'
  /** Rows of a distance matrix are in none of its parts. */
  | 'PARTS_INCOMPLETE'
  /** None of several matrices has all samples. */
  | 'NO_MATRIX_COMPLETE'
  /** Half a pair of samples, or a sample that the table does not have. */
  | 'PAIRS_INVALID'
  /** An ordination whose parts do not fit together, or that a file cannot hold. */
  | 'ORDINATION_INVALID'
  /** Eigenvalues could not be found, which only extremely large distances can cause. */
  | 'NOT_CONVERGED'
  /** Groups of samples that cannot be compared: one alone, or each sample its own. */
  | 'GROUPS_INVALID'
  /** Samples without a group, where each must have one. */
  | 'GROUP_MISSING'
  /** An option has a value outside its range. */
  | 'OPTION_INVALID'
  /** The operating system refused worker threads. */
  | 'THREADS_UNAVAILABLE';

/** An error of this package: `message` says what was asked, what was found and what to do. */
export function unifracError(
  code: UnifracErrorCode,
  message: string,
  options: { readonly details?: ErrorDetails; readonly cause?: unknown } = {},
): SeqError<UnifracErrorCode> {
  return new SeqError(code, message, options);
}
