// The error codes of this package. The class is shared by all packages.
import { SeqError } from '@seq/tensor';

/** Codes of the errors that @seq/train throws itself. */
export type TrainErrorCode =
  | 'ASV_CACHE_FOREIGN'
  | 'CHECKPOINT_BROKEN'
  | 'CHECKPOINT_FOREIGN'
  | 'CHECKPOINT_MISMATCH'
  | 'CHECKPOINT_NOT_FOUND'
  | 'CHECKPOINT_VERSION'
  | 'LOSS_INPUT'
  | 'LOSS_NOT_FINITE'
  | 'METRIC_INPUT'
  | 'FOREST_INPUT'
  | 'REPORT_INPUT'
  | 'RUN_ABORTED'
  | 'SCHEDULE_UNDEFINED'
  | 'TRAINING_DATA'
  | 'TRAINING_OPTIONS';

/** An error of this package. */
export function trainError(
  code: TrainErrorCode,
  message: string,
  options: { details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
): SeqError<TrainErrorCode> {
  return new SeqError(code, message, options);
}
