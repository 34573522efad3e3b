// Losses summed over the batches of an epoch, weighted by samples. Plain data, so a checkpoint can hold them.
import type { LossTerm } from '../losses/total-loss.js';

/** One value per term of the objective, and their weighted sum. */
export interface LossValues extends Readonly<Partial<Record<LossTerm, number>>> {
  /** The weighted sum. */
  readonly total: number;
}

/** What an epoch has added up so far. */
export interface LossSums {
  /** Samples seen. */
  readonly sampleCount: number;
  /** Sum over batches of samples times loss. */
  readonly weighted: Readonly<Record<string, number>>;
}

/** Nothing added up yet. */
export function startLossSums(): LossSums {
  return { sampleCount: 0, weighted: {} };
}

/** The sums after one more batch of `sampleCount` samples. */
export function addLosses(sums: LossSums, losses: LossValues, sampleCount: number): LossSums {
  const weighted = { ...sums.weighted };
  for (const [term, value] of Object.entries(losses)) weighted[term] = (weighted[term] ?? 0) + sampleCount * value;
  return { sampleCount: sums.sampleCount + sampleCount, weighted };
}

/** Mean loss per sample of each term; the total is 0 before the first batch. */
export function meanLosses({ sampleCount, weighted }: LossSums): LossValues {
  const means = Object.entries(weighted).map(([term, sum]) => [term, sum / sampleCount]);
  return { total: 0, ...Object.fromEntries(means) };
}
