// Which epoch was the best so far, and whether to go on. The state is plain data, so a checkpoint can hold it.

/** Metrics that can decide which epoch is the best; `loss` is the total. */
export type BestMetric = 'loss' | 'mae' | 'rmse' | 'r2' | 'nucleotideAccuracy' | 'accuracy' | 'f1' | 'auc';

/** What early stopping remembers between epochs. */
export interface EarlyStoppingState {
  /** Best value so far; `null` before the first epoch. */
  readonly bestValue: number | null;
  /** Epoch of the best value, the first one being 1; `null` before the first epoch. */
  readonly bestEpoch: number | null;
  /** Epochs in a row without improvement. */
  readonly badEpochs: number;
}

/** Options of {@link stepEarlyStopping}. */
export interface StepEarlyStoppingOptions {
  /** Metric the values are of: errors and losses improve downwards, R² and accuracy upwards. */
  readonly metric: BestMetric;
  /** Epoch the value belongs to, the first one being 1. */
  readonly epoch: number;
}

const HIGHER_IS_BETTER: ReadonlySet<BestMetric> = new Set(['r2', 'nucleotideAccuracy', 'accuracy', 'f1', 'auc']);

/** The state before the first epoch. */
export function startEarlyStopping(): EarlyStoppingState {
  return { bestValue: null, bestEpoch: null, badEpochs: 0 };
}

/**
 * The state after an epoch. Only a strictly better value counts as improvement; a NaN never does.
 *
 * @param state - the state before; it is not changed. Whether the epoch was the best so far shows in `bestEpoch`.
 * @param value - value of the metric after the epoch.
 */
export function stepEarlyStopping(
  state: EarlyStoppingState,
  value: number,
  { metric, epoch }: StepEarlyStoppingOptions,
): EarlyStoppingState {
  const { bestValue, badEpochs } = state;
  const improved = bestValue === null ? !Number.isNaN(value) : isBetter(metric, value, bestValue);
  if (improved) return { bestValue: value, bestEpoch: epoch, badEpochs: 0 };
  return { ...state, badEpochs: badEpochs + 1 };
}

function isBetter(metric: BestMetric, value: number, best: number): boolean {
  return HIGHER_IS_BETTER.has(metric) ? value > best : value < best;
}
