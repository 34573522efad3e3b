// What the losses of classes share.
import { type FloatData, type NumberArray, toTensorData } from '../dtype.js';

/** Options of losses with one class per row. */
export interface ClassLossOptions {
  /**
   * One weight per row, finite and not negative; rows of weight 0 are not looked at, so a mask of 0 and 1 will do.
   * Default: all 1.
   */
  readonly weights?: NumberArray;
}

/** The weights in the dtype of the rows, as the addon wants them. */
export function rowWeights(rows: { readonly dtype: string }, { weights }: ClassLossOptions): FloatData | undefined {
  if (weights === undefined) return undefined;
  return toTensorData(weights, rows.dtype === 'float64' ? 'float64' : 'float32') as FloatData;
}
