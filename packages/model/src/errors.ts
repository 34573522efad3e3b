// The codes of every error that @seq/model throws at its callers.

/** Why a call into `@seq/model` was refused; the sentence of the error says what to do. */
export type ModelErrorCode =
  /** A safetensors file (or its header) cannot be read: truncated, overlapping, unknown type. */
  | 'CHECKPOINT_BROKEN'
  /** Names or shapes of a state dict differ from those of the model it should go into. */
  | 'STATE_DICT_MISMATCH'
  /** A field of a model configuration is unknown, missing or out of range, or does not go with what is asked of the model. */
  | 'CONFIG_INVALID'
  /** The arrays of a batch contradict each other or the model's limits. */
  | 'INPUT_INVALID'
  /** Training mode with dropout or masking was asked for without `random: { seed, step }`. */
  | 'RANDOM_MISSING';
