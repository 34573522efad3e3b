// One output of a predictor: its head, and what follows it. It knows only tensors.
import type { CategoricalSchema, CategoryIndices } from '@seq/categorical';
import { add, type ParameterScope, reshape, type Tensor } from '@seq/tensor';
import type { PassOptions } from '../forward-options.js';
import type { OutputConfig } from '../output-config.js';
import { AsvWeights } from './asv-weights.js';
import type { KnownSlots } from './known-asvs.js';
import { OutputTransform } from './output-transform.js';
import { PredictionHead } from './prediction-head.js';
import { risingQuantiles } from './quantile-spacing.js';

/** Options of {@link TargetOutput}. */
export interface TargetOutputOptions {
  /** Width of the pooled vector. */
  readonly inputs: number;
  /** Form of the output. */
  readonly output: OutputConfig;
  /** The categorical columns of the model. */
  readonly columns: CategoricalSchema;
  /** Names of those that scale and shift the output, in order. */
  readonly scaledBy: readonly string[];
  /** Number of its head among the stacks of the random streams. */
  readonly stack: number;
  /** Number of ASVs that have weights of their own. Default 0: there is no such term. */
  readonly knownAsvs?: number;
}

/** The samples of a batch as {@link TargetOutput} needs them. */
export interface TargetSamples {
  /** One id per sample for dropout, [B]. */
  readonly sampleIds: Uint32Array;
  /** Where the known ASVs are; only an output with weights for ASVs needs them. */
  readonly known?: KnownSlots | undefined;
}

/**
 * A {@link PredictionHead}, plus {@link AsvWeights} if ASVs are known, and behind the sum an {@link OutputTransform} or the
 * spacing of quantiles.
 */
export class TargetOutput {
  readonly #head: PredictionHead;
  readonly #asvWeights: AsvWeights | undefined;
  readonly #transform: OutputTransform;
  readonly #output: OutputConfig;

  /**
   * @param headScope - where the head declares its parameters.
   * @param scope - where the scales behind it do.
   */
  constructor(headScope: ParameterScope, scope: ParameterScope, options: TargetOutputOptions) {
    const { inputs, output, columns, scaledBy, stack, knownAsvs: asvCount = 0 } = options;
    const { head, outputWidth, quantileCount } = output;
    const outputs = outputWidth * Math.max(quantileCount, 1);
    this.#output = output;
    this.#head = new PredictionHead(headScope, { inputs, outputs, head, stack });
    if (asvCount > 0) this.#asvWeights = new AsvWeights(scope.child('asv_weights'), { asvCount, outputs });
    this.#transform = new OutputTransform(scope, { ...output, columns, scaledBy });
  }

  /**
   * From pooled vectors [B, D] to [B, outputs], with quantiles to [B, outputs, quantiles].
   *
   * @param categories - the category of each sample by column; undefined skips the conditional scales.
   */
  forward(
    x: Tensor,
    { sampleIds, known }: TargetSamples,
    categories?: CategoryIndices,
    options: PassOptions = {},
  ): Tensor {
    const { outputWidth, quantileCount, nonCrossingQuantiles } = this.#output;
    const read = this.#head.forward(x, sampleIds, options);
    const raw = this.#asvWeights === undefined ? read : add(read, this.#asvWeights.forward(known!, sampleIds.length));
    if (quantileCount === 0) return this.#transform.forward(raw, categories);
    const free = reshape(raw, [sampleIds.length, outputWidth, quantileCount]);
    return nonCrossingQuantiles ? risingQuantiles(free) : free;
  }
}
