// The codes of this package's errors, and the one way to make such an error on the TypeScript side.
import { type ErrorDetails, SeqError } from './native.js';

/**
 * What can go wrong in `@seq/tensor`.
 *
 * - `TENSOR_SHAPE`: shapes do not fit the operation or each other.
 * - `TENSOR_DTYPE`: the operation does not work on this dtype.
 * - `TENSOR_INDEX`: an index points outside the tensor it selects from.
 * - `TENSOR_VALUE`: an option or a number is outside its range.
 * - `TENSOR_DISPOSED`: a tensor was used after it was freed.
 * - `NOT_DIFFERENTIABLE`: backward met an operation that has no gradient.
 * - `TAPE_CONSUMED`: backward ran a second time through the same operations.
 * - `LOSS_NOT_SCALAR`: backward was asked from something that is no recorded scalar.
 * - `PARAMETERS_CHANGED`: parameters were written between forward and backward.
 * - `CHECKPOINT_CHANGED`: the function of a checkpoint returned something else when it ran again.
 * - `PARAMETER_NAME`: a parameter name is unknown, taken or not allowed.
 * - `WORK_IS_ASYNC`: a promise was returned where work must be done when the function returns.
 * - `DEVICE_NOT_AVAILABLE`: there is no such device here.
 * - `NATIVE_NOT_AVAILABLE`: no build of the addon fits this platform.
 * - `NATIVE_FAULT`: the addon panicked, which is a fault of Seq.
 */
export type TensorErrorCode =
  | 'TENSOR_SHAPE'
  | 'TENSOR_DTYPE'
  | 'TENSOR_INDEX'
  | 'TENSOR_VALUE'
  | 'TENSOR_DISPOSED'
  | 'NOT_DIFFERENTIABLE'
  | 'TAPE_CONSUMED'
  | 'LOSS_NOT_SCALAR'
  | 'PARAMETERS_CHANGED'
  | 'CHECKPOINT_CHANGED'
  | 'PARAMETER_NAME'
  | 'WORK_IS_ASYNC'
  | 'DEVICE_NOT_AVAILABLE'
  | 'NATIVE_NOT_AVAILABLE'
  | 'NATIVE_FAULT';

/** An error of this package. */
export function tensorError(code: TensorErrorCode, message: string, details: ErrorDetails = {}): SeqError {
  return new SeqError<TensorErrorCode>(code, message, { details });
}
