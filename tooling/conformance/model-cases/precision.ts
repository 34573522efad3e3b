// The two precisions in which every model vector is run, with the tolerances that belong to each.
import type { Tolerance } from '../tolerances.js';
import { tolerance } from '../tolerances.js';

/** A dtype of the engine and how far its results may be from the stored ones. */
export interface Precision {
  readonly dtype: 'float32' | 'float64';
  /** Of output tensors. */
  readonly output: Tolerance;
  /** Of losses and other numbers from JSON. */
  readonly scalar: Tolerance;
  /** Of gradient tensors. */
  readonly gradient: Tolerance;
}

/** float64 with stored float32 targets, and float32. */
export const precisions: readonly Precision[] = [
  {
    dtype: 'float64',
    output: tolerance('float64/stored-float32'),
    scalar: tolerance('float64/scalar'),
    gradient: tolerance('float64/gradient'),
  },
  {
    dtype: 'float32',
    output: tolerance('float32/output'),
    scalar: tolerance('float32/loss'),
    gradient: tolerance('float32/gradient'),
  },
];

/**
 * The tolerance of a number from JSON. Few were rounded to float32 before they were written (the total of a batch of one
 * sample): such a number is a float32, which one of full precision is only once in 5e8 times.
 */
export function scalarTolerance({ dtype, output, scalar }: Precision, want: number): Tolerance {
  const isRounded = want !== 0 && Math.fround(want) === want;
  return dtype === 'float64' && isRounded ? output : scalar;
}

/** Tolerances of a run over several updates. */
export function trajectoryTolerances(dtype: Precision['dtype']): {
  readonly loss: Tolerance;
  readonly weight: Tolerance;
} {
  return dtype === 'float64'
    ? { loss: tolerance('float64/scalar'), weight: tolerance('float64/trajectory-weight') }
    : { loss: tolerance('float32/trajectory-loss'), weight: tolerance('float32/trajectory-weight') };
}
