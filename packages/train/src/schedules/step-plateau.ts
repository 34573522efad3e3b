// Lowers the rate when a loss stops improving. The state is plain data, so a checkpoint can hold it.

/** What {@link stepPlateau} remembers between epochs. */
export interface PlateauState {
  /** Rate in force now. */
  readonly learningRate: number;
  /** Lowest loss so far; `null` before the first epoch. */
  readonly best: number | null;
  /** Epochs in a row without improvement. */
  readonly badEpochs: number;
}

/** Options of {@link stepPlateau}. */
export interface StepPlateauOptions {
  /** What a reduction multiplies the rate by, in (0, 1). Default 0.3. */
  readonly factor?: number;
  /** Bad epochs that are borne; the next one reduces the rate. Default 5. */
  readonly patience?: number;
  /** A loss is better if it is below `best · (1 - threshold)`. Default 1e-4. */
  readonly threshold?: number;
  /** The rate never falls below this. Default 0. */
  readonly minimumRate?: number;
  /** A reduction by no more than this is not made. Default 1e-8. */
  readonly leastChange?: number;
}

/**
 * The state before the first epoch.
 *
 * @param learningRate - rate of the first epoch.
 */
export function startPlateau(learningRate: number): PlateauState {
  return { learningRate, best: null, badEpochs: 0 };
}

/**
 * The state after an epoch whose loss was `loss`: after `patience + 1` epochs without improvement the rate is multiplied
 * by `factor`. A loss that is NaN counts as no improvement.
 *
 * @param state - the state before; it is not changed.
 * @remarks The rules and defaults are those of PyTorch's `ReduceLROnPlateau` in mode min with a relative threshold.
 */
export function stepPlateau(state: PlateauState, loss: number, options: StepPlateauOptions = {}): PlateauState {
  const { factor = 0.3, patience = 5, threshold = 1e-4, minimumRate = 0, leastChange = 1e-8 } = options;
  const improved = state.best === null ? !Number.isNaN(loss) : loss < state.best * (1 - threshold);
  if (improved) return { ...state, best: loss, badEpochs: 0 };
  const badEpochs = state.badEpochs + 1;
  if (badEpochs <= patience) return { ...state, badEpochs };
  const reduced = Math.max(state.learningRate * factor, minimumRate);
  const learningRate = state.learningRate - reduced > leastChange ? reduced : state.learningRate;
  return { ...state, learningRate, badEpochs: 0 };
}
