// The codes of every error that @seq/categorical throws at its callers.

/** Why a call into `@seq/categorical` was refused; the sentence of the error says what to do. */
export type CategoricalErrorCode =
  /** A schema is inconsistent: an empty or repeated name, an impossible size, a parent that is not there or a circle. */
  | 'SCHEMA_INVALID'
  /** A column that is needed was not given. */
  | 'CATEGORY_COLUMN_MISSING'
  /** A required column holds values that are missing or were never seen when the encoder was fitted. */
  | 'CATEGORY_UNKNOWN'
  /** A value of a column is neither text nor missing. */
  | 'CATEGORY_NOT_TEXT'
  /** A category was seen under several parents. */
  | 'HIERARCHY_AMBIGUOUS'
  /** Columns have different lengths, or an index lies outside its table. */
  | 'CATEGORY_INDEX_INVALID'
  /** The saved form of an encoder cannot be read. */
  | 'ENCODER_BROKEN';
