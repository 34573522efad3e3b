// What the parts that models are built of cost: numbers learned, operations, numbers given out. Formulas only.

/** The cost of a part of a model for one sample. */
export interface ModuleCost {
  /** Numbers that it learns. */
  readonly parameters: number;
  /** Floating-point operations of its matrix products in a forward pass; a multiplication with an addition counts 2. */
  readonly flops: number;
  /** Numbers that its operations give out in a forward pass; attention weights are never stored and not counted. */
  readonly activations: number;
}

/** Rows that stand in sequences of equal length. */
export interface Rows {
  /** Number of sequences. */
  readonly sequences: number;
  /** Rows of each. */
  readonly length: number;
}

/** What is free. */
export const noCost: ModuleCost = { parameters: 0, flops: 0, activations: 0 };

/** The sum of costs. */
export function sumCosts(...costs: readonly ModuleCost[]): ModuleCost {
  return costs.reduce(
    (a, b) => ({
      parameters: a.parameters + b.parameters,
      flops: a.flops + b.flops,
      activations: a.activations + b.activations,
    }),
    noCost,
  );
}

function repeated({ parameters, flops, activations }: ModuleCost, times: number): ModuleCost {
  return { parameters: times * parameters, flops: times * flops, activations: times * activations };
}

/** The parameters of a part that does not run. */
export function atRest({ parameters }: ModuleCost): ModuleCost {
  return { ...noCost, parameters };
}

/** Tables of embeddings whose rows are looked up or added: no matrix product. */
export function tableCost(entries: number, width: number, activations: number): ModuleCost {
  return { parameters: entries * width, flops: 0, activations };
}

/** y = x Wᵀ + b on a number of rows. */
export function linearCost(rows: number, inputs: number, outputs: number): ModuleCost {
  return { parameters: (inputs + 1) * outputs, flops: 2 * rows * inputs * outputs, activations: rows * outputs };
}

/** An operation that gives out one number per number taken in, such as an activation or a sum. */
export function elementwiseCost(rows: number, width: number): ModuleCost {
  return { ...noCost, activations: rows * width };
}

/** A layer norm on a number of rows. */
export function normCost(rows: number, width: number): ModuleCost {
  return { parameters: 2 * width, flops: 0, activations: rows * width };
}

/** Multi-head attention from queries to keys, which are the values, too; any number of heads costs the same. */
export function attentionCost(queries: Rows, keys: Rows, width: number): ModuleCost {
  const queryRows = queries.sequences * queries.length;
  const keyRows = keys.sequences * keys.length;
  const weighing = queryRows * keys.length * width;
  return sumCosts(
    linearCost(queryRows, width, width),
    linearCost(keyRows, width, 2 * width),
    { ...noCost, flops: 4 * weighing, activations: queryRows * width },
    linearCost(queryRows, width, width),
  );
}

/** Sizes of a transformer. */
export interface TransformerSizes {
  /** Embedding width D. */
  readonly width: number;
  /** Hidden width F. */
  readonly feedForwardWidth: number;
  /** Number of layers. */
  readonly layers: number;
  /** Whether a norm follows the last layer. */
  readonly hasClosingNorm: boolean;
}

/** A transformer over sequences; where its norms stand changes no number but that of the closing one. */
export function transformerCost(rows: Rows, sizes: TransformerSizes): ModuleCost {
  const { width, feedForwardWidth, layers, hasClosingNorm } = sizes;
  const count = rows.sequences * rows.length;
  const layer = sumCosts(
    normCost(count, width),
    attentionCost(rows, rows, width),
    elementwiseCost(count, width),
    normCost(count, width),
    linearCost(count, width, feedForwardWidth),
    elementwiseCost(count, feedForwardWidth),
    linearCost(count, feedForwardWidth, width),
    elementwiseCost(count, width),
  );
  return sumCosts(repeated(layer, layers), hasClosingNorm ? normCost(count, width) : noCost);
}

/** Attention pooling: a score per row, the weighted mean, a norm. */
export function poolingCost({ sequences, length }: Rows, width: number): ModuleCost {
  const rows = sequences * length;
  const scores = { parameters: width, flops: 2 * rows * width, activations: rows };
  const mean = { ...noCost, flops: 2 * rows * width, activations: sequences * width };
  return sumCosts(scores, mean, normCost(sequences, width));
}
