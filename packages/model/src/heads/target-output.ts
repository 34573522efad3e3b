// One output of a predictor: its head, and what follows it. It knows only tensors.
import type { CategoricalSchema, CategoryIndices } from '@seq/categorical';
import { add, type ParameterScope, reshape, type Tensor } from '@seq/tensor';
import type { CommunityInput } from '../community-input.js';
import type { PassOptions } from '../forward-options.js';
import type { OutputConfig } from '../output-config.js';
import { AsvWeights } from './asv-weights.js';
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
  /** DNA of the ASVs that have weights of their own. Default none: there is no such term. */
  readonly knownAsvs?: readonly string[];
  /** Bases that are read of an ASV. Default: all. */
  readonly basesPerAsv?: number;
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
    const { inputs, output, columns, scaledBy, stack, knownAsvs: asvs = [], basesPerAsv } = options;
    const { head, outputWidth, quantileCount } = output;
    const outputs = outputWidth * Math.max(quantileCount, 1);
    this.#output = output;
    this.#head = new PredictionHead(headScope, { inputs, outputs, head, stack });
    if (asvs.length > 0) this.#asvWeights = new AsvWeights(scope.child('asv_weights'), { asvs, basesPerAsv, outputs });
    this.#transform = new OutputTransform(scope, { ...output, columns, scaledBy });
  }

  /**
   * From pooled vectors [B, D] to [B, outputs], with quantiles to [B, outputs, quantiles].
   *
   * @param input - the batch; the head takes the ids of its samples, the weights of ASVs take its slots.
   * @param categories - the category of each sample by column; undefined skips the conditional scales.
   */
  forward(x: Tensor, input: CommunityInput, categories?: CategoryIndices, options: PassOptions = {}): Tensor {
    const { sampleIds } = input;
    const { outputWidth, quantileCount, nonCrossingQuantiles } = this.#output;
    const read = this.#head.forward(x, sampleIds, options);
    const raw = this.#asvWeights === undefined ? read : add(read, this.#asvWeights.forward(input));
    if (quantileCount === 0) return this.#transform.forward(raw, categories);
    const free = reshape(raw, [sampleIds.length, outputWidth, quantileCount]);
    return nonCrossingQuantiles ? risingQuantiles(free) : free;
  }
}
