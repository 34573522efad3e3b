// The codes of every error that @seq/data throws at its callers, and the one way to make such an error.
import { type ErrorDetails, SeqError } from './native.js';

/** Why a call into `@seq/data` was refused; the sentence of the error says what was found and what to do. */
export type DataErrorCode =
  /** There is no file at the path. */
  | 'FILE_NOT_FOUND'
  /** The file exists but cannot be read: a folder, missing rights, a failing disk, or a reader that never answered. */
  | 'FILE_UNREADABLE'
  /** The file, or what it unpacks to, is larger than this reader takes. */
  | 'FILE_TOO_LARGE'
  /** The first bytes are those of no format that this reader knows. */
  | 'FILE_FORMAT_UNKNOWN'
  /** The file is cut off, damaged, or not what its format demands. */
  | 'FILE_MALFORMED'
  /** A file could not be written. */
  | 'FILE_NOT_WRITTEN'
  /** A feature table without samples, without features or without reads. */
  | 'TABLE_EMPTY'
  /** A sample id or feature id is empty, stands twice, or cannot be held by the format that is written. */
  | 'TABLE_ID_INVALID'
  /** A count is not a number, infinite or negative. */
  | 'TABLE_COUNT_INVALID'
  /** The parts of a table do not fit together: lengths, offsets, indices. */
  | 'TABLE_INVALID'
  /** Counts have fractions where whole reads are needed. */
  | 'COUNTS_NOT_INTEGER'
  /** A sample id that the table, metadata or split does not have. */
  | 'SAMPLE_UNKNOWN'
  /** A feature id that the table does not have. */
  | 'FEATURE_UNKNOWN'
  /** Features whose DNA sequence is not known. */
  | 'SEQUENCES_MISSING'
  /** A sequence with characters that are no nucleotide codes, or without any. */
  | 'SEQUENCE_INVALID'
  /** A sequence id that stands twice with different sequences. */
  | 'SEQUENCE_ID_DUPLICATE'
  /** Sample metadata that break the rules of the format. */
  | 'METADATA_MALFORMED'
  /** A sample id stands twice in the metadata. */
  | 'METADATA_ID_DUPLICATE'
  /** A metadata column that does not exist. */
  | 'COLUMN_UNKNOWN'
  /** A value of the target column is not a number. */
  | 'TARGET_NOT_NUMERIC'
  /** A target value is not a number, or infinite. */
  | 'TARGET_NOT_FINITE'
  /** A sample has no value in the target column. */
  | 'TARGET_MISSING'
  /** A sample has no value in the grouping column. */
  | 'GROUP_MISSING'
  /** Table, sequences, metadata or tree do not cover each other. */
  | 'INPUTS_DO_NOT_MATCH'
  /** Two inputs have no id in common. */
  | 'NO_OVERLAP'
  /** No sample reaches the rarefaction depth. */
  | 'RAREFACTION_LEAVES_NOTHING'
  /** Samples or groups are too few for the split that was asked for. */
  | 'SPLIT_IMPOSSIBLE'
  /** A transform of targets or counts is not defined for the given values. */
  | 'TRANSFORM_UNDEFINED'
  /** Saved transforms of targets that are not what a fit gives. */
  | 'TRANSFORM_INVALID'
  /** A sample of a class that training did not have. */
  | 'TARGET_CLASS_UNKNOWN'
  /** An option has a value outside its range. */
  | 'OPTION_INVALID';

/** An error of this package: `message` says what was asked, what was found and what to do. */
export function dataError(
  code: DataErrorCode,
  message: string,
  options: { readonly details?: ErrorDetails; readonly cause?: unknown } = {},
): SeqError<DataErrorCode> {
  return new SeqError(code, message, options);
}
