// What follows the head of a predictor: scales, shifts, the last function. It knows only tensors.
import {
  type CategoricalColumn,
  type CategoricalSchema,
  type CategoryIndices,
  categoryRows,
  tableName,
} from '@seq/categorical';
import {
  add,
  exp,
  gatherRows,
  logSoftmax,
  mul,
  type ParameterScope,
  relu,
  sigmoid,
  softplus,
  type Tensor,
} from '@seq/tensor';
import { constantValues } from '../layers/initial-values.js';
import type { OutputActivation, OutputConfig } from '../output-config.js';

const activations: Readonly<Record<OutputActivation, (x: Tensor) => Tensor>> = {
  identity: (x) => x,
  sigmoid,
  relu,
  softplus,
  exp,
  logSoftmax,
};

/** Options of {@link OutputTransform}. */
export interface OutputTransformOptions
  extends Pick<OutputConfig, 'outputWidth' | 'learnableScale' | 'outputActivation'> {
  /** The categorical columns of the model. */
  readonly columns: CategoricalSchema;
  /** Names of those that scale and shift the output, in order. */
  readonly scaledBy: readonly string[];
}

/**
 * y ⊙ scale[category] + bias[category] for each listed column in turn, then y ⊙ scale + bias if learned, then the last
 * function.
 *
 * Parameters: `output_scales.<column>.weight`, `output_biases.<column>.weight` [cardinality, outputs], `output_scale`,
 * `output_bias` [outputs]; scales start at 1 and biases at 0.
 */
export class OutputTransform {
  readonly #conditional: readonly {
    readonly column: CategoricalColumn;
    readonly scale: Tensor;
    readonly bias: Tensor;
  }[];
  readonly #learned: { readonly scale: Tensor; readonly bias: Tensor } | undefined;
  readonly #activation: (x: Tensor) => Tensor;

  /** @param scope - the scope of the output; for the main target that of the predictor itself. */
  constructor(scope: ParameterScope, options: OutputTransformOptions) {
    const { outputWidth, learnableScale, columns, scaledBy } = options;
    this.#activation = activations[options.outputActivation];
    this.#conditional = scaledBy.map((name) => {
      const column = columns.find((candidate) => candidate.name === name)!;
      const shape = [column.cardinality, outputWidth];
      const table = (kind: string, value: number): Tensor =>
        scope.child(kind).child(tableName(name)).parameter('weight', shape, constantValues(value));
      return { column, scale: table('output_scales', 1), bias: table('output_biases', 0) };
    });
    if (learnableScale) {
      this.#learned = {
        scale: scope.parameter('output_scale', [outputWidth], constantValues(1)),
        bias: scope.parameter('output_bias', [outputWidth], constantValues(0)),
      };
    }
  }

  /**
   * Keeps the shape [B, outputs].
   *
   * @param categories - the category of each sample by column; undefined skips the conditional scales.
   */
  forward(y: Tensor, categories?: CategoryIndices): Tensor {
    let result = y;
    for (const { column, scale, bias } of categories === undefined ? [] : this.#conditional) {
      const rows = categoryRows(column, categories!, y.shape[0]!);
      result = add(mul(result, gatherRows(scale, rows)), gatherRows(bias, rows));
    }
    if (this.#learned !== undefined) result = add(mul(result, this.#learned.scale), this.#learned.bias);
    return this.#activation(result);
  }
}
