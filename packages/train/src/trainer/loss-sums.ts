// Losses summed over the batches of an epoch, weighted by samples. Plain data, so a checkpoint can hold them.

/** One value per term of the objective, and their weighted sum. */
export interface LossValues {
  /** Error of the predicted target. */
  readonly target?: number;
  /** Error of the predicted read counts. */
  readonly count?: number;
  /** Error of distances between sample embeddings. */
  readonly unifrac?: number;
  /** Error of what the base model predicts of a sample. */
  readonly base?: number;
  /** Error of guessed bases. */
  readonly nucleotide?: number;
  /** The weighted sum. */
  readonly total: number;
  /** Errors of further targets, by `target:` and their names. */
  readonly [further: `target:${string}`]: number;
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
