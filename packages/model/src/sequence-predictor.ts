// The model that is fine-tuned: the base model, a count head and the target path. It knows no feature table, no losses.
import { CategoricalEmbedder, type CategoryIndices } from '@seq/categorical';
import { type ParameterScope, reshape, sigmoid, type Tensor, tidy } from '@seq/tensor';
import { type CommunityInput, invalidInput, sampleOfSlot } from './community-input.js';
import { dropoutSite, dropoutStream, type ForwardOptions, stackNumber } from './forward-options.js';
import { type Fusion, makeFusion } from './fusion/fusion.js';
import { OutputTransform } from './heads/output-transform.js';
import { PredictionHead } from './heads/prediction-head.js';
import { AttentionPooling } from './layers/attention-pooling.js';
import { LayerNorm } from './layers/layer-norm.js';
import { Linear } from './layers/linear.js';
import { TransformerStack } from './layers/transformer-stack.js';
import { type PredictorConfig, type PredictorConfigInput, predictorConfig } from './predictor-config.js';
import { type EncoderOutput, SequenceEncoder } from './sequence-encoder.js';

/** Options of {@link SequencePredictor.forward}. */
export interface PredictorForwardOptions extends ForwardOptions {
  /** Whether dropout and masking are active in the base model, too; false suits a frozen one. Default: as `training`. */
  readonly baseTraining?: boolean;
  /** Predicts without categories although the model has them, as the reference does if they are left out. Default false. */
  readonly withoutCategories?: boolean;
  /** Slots per sample after padding, for the perceiver to repeat the reference's numbers. Default: no padding. */
  readonly paddedSlots?: number;
}

/** What {@link SequencePredictor} gives for a batch of B samples with n slots. */
export interface PredictorOutput extends EncoderOutput {
  /** [B, outputs]; with quantiles [B, outputs, quantiles]; for a classifier log-probabilities. */
  readonly targetPrediction: Tensor;
  /** [n, 1], each in (0, 1), if the model has a count head. */
  readonly countPrediction?: Tensor;
  /** [B, D], the gate of the `gmu` fusion, each in (0, 1). */
  readonly gate?: Tensor;
}

/**
 * Predicts numbers, quantiles or classes per sample from the ASV embeddings of the base model: fusion with categories,
 * transformer, attention pooling, norm, head. A second path predicts the read count of each slot.
 *
 * Parameters: `base_model.…`, `count_encoder.…`, `count_head.…`, `target_encoder.…`, `target_pooling.…`, `target_norm.…`,
 * `target_head.…`, `output_…`, `categorical_embedder.…` and those of the fusion: the names of the reference's state dict.
 */
export class SequencePredictor {
  /** The complete configuration. */
  readonly config: PredictorConfig;
  /** The base model. */
  readonly base: SequenceEncoder;
  /** Over the slots of a sample, before the count head, if there is one. */
  readonly countEncoder: TransformerStack | undefined;
  /** From a slot's vector to its read count before the logistic function. */
  readonly countHead: Linear | undefined;
  /** Over the slots of a sample, before the target's pooling; the perceiver passes it by. */
  readonly targetEncoder: TransformerStack;
  /** From the slots of a sample to one vector. */
  readonly targetPooling: AttentionPooling;
  /** A second norm of that vector, if wanted. */
  readonly targetNorm: LayerNorm | undefined;
  /** From the vector to the target's numbers. */
  readonly targetHead: PredictionHead;
  /** What follows the head. */
  readonly outputTransform: OutputTransform;
  /** From categories to vectors, if there are any. */
  readonly embedder: CategoricalEmbedder | undefined;
  /** How categories enter, if there are any. */
  readonly fusion: Fusion | undefined;

  /** @throws SeqError `CONFIG_INVALID`. */
  constructor(scope: ParameterScope, config: PredictorConfigInput = {}) {
    this.config = predictorConfig(config);
    const { base, layers, categories, head, outputWidth, quantileCount } = this.config;
    const width = base.embeddingWidth;
    const stackOf = (name: 'count' | 'target'): TransformerStack =>
      new TransformerStack(scope.child(`${name}_encoder`), {
        ...base,
        width,
        layers: layers[name],
        stack: stackNumber[name],
      });
    this.base = new SequenceEncoder(scope.child('base_model'), base);
    if (this.config.countHead) {
      this.countEncoder = stackOf('count');
      const sizes = { inputs: width, outputs: 1, initialValues: 'xavier' } as const;
      this.countHead = new Linear(scope.child('count_head'), sizes);
    }
    this.targetEncoder = stackOf('target');
    this.targetPooling = new AttentionPooling(scope.child('target_pooling'), { width });
    if (this.config.targetNorm) this.targetNorm = new LayerNorm(scope.child('target_norm'), { width });
    const outputs = outputWidth * Math.max(quantileCount, 1);
    this.targetHead = new PredictionHead(scope.child('target_head'), { inputs: width, outputs, head });
    this.outputTransform = new OutputTransform(scope, this.config);
    if (categories !== null) {
      this.embedder = new CategoricalEmbedder(scope.child('categorical_embedder'), categories.columns);
      this.fusion = makeFusion(scope, categories.fusion, {
        width,
        categoryWidth: this.embedder.width,
        dropout: base.dropout,
      });
    }
  }

  /**
   * Predicts a batch. Intermediate tensors are freed; what the result needs for its gradient stays with it.
   *
   * @throws SeqError `INPUT_INVALID`, also if the model has categories and none are given; `RANDOM_MISSING`; codes of
   * the categorical embedder.
   */
  forward(input: CommunityInput, options: PredictorForwardOptions = {}): PredictorOutput {
    return tidy(() => {
      const training = options.baseTraining ?? options.training ?? false;
      const base = this.base.forward(input, { ...options, training });
      const countPrediction = this.#predictCounts(base.asvEmbeddings, input, options);
      const target = this.#predictTarget(base.asvEmbeddings, input, options);
      return { ...base, ...target, ...(countPrediction === undefined ? {} : { countPrediction }) };
    });
  }

  #predictCounts(asvs_nD: Tensor, input: CommunityInput, options: ForwardOptions): Tensor | undefined {
    if (this.countEncoder === undefined || this.countHead === undefined) return undefined;
    const sequences = { offsets: input.slotOffsets };
    const slots_nD = this.countEncoder.forward(asvs_nD, sequences, options, input.sampleIds);
    return sigmoid(this.countHead.forward(slots_nD));
  }

  #predictTarget(
    asvs_nD: Tensor,
    input: CommunityInput,
    options: PredictorForwardOptions,
  ): Pick<PredictorOutput, 'targetPrediction' | 'gate'> {
    const categories = this.#categoriesOf(input, options);
    const embedded_BC = categories === undefined ? undefined : this.#embed(categories, input, options);
    const pooled_BD = this.#pool(asvs_nD, embedded_BC, input, options);
    const normed_BD = this.targetNorm?.forward(pooled_BD) ?? pooled_BD;
    const { gate, fused_BD } = this.#gate(normed_BD, embedded_BC);
    const raw = this.targetHead.forward(fused_BD, input.sampleIds, options);
    const { quantileCount, outputWidth } = this.config;
    const targetPrediction =
      quantileCount > 0
        ? reshape(raw, [input.sampleIds.length, outputWidth, quantileCount])
        : this.outputTransform.forward(raw, categories);
    return { targetPrediction, ...(gate === undefined ? {} : { gate }) };
  }

  #gate(pooled_BD: Tensor, embedded_BC: Tensor | undefined): { readonly fused_BD: Tensor; readonly gate?: Tensor } {
    if (embedded_BC === undefined || this.fusion?.kind !== 'gmu') return { fused_BD: pooled_BD };
    const { module } = this.fusion;
    const gate = module.gate(pooled_BD, embedded_BC);
    return { fused_BD: module.forward(pooled_BD, embedded_BC, gate), gate };
  }

  #pool(
    asvs_nD: Tensor,
    embedded_BC: Tensor | undefined,
    input: CommunityInput,
    options: PredictorForwardOptions,
  ): Tensor {
    const offsets = input.slotOffsets;
    const slots = { offsets, samples: sampleOfSlot(offsets), sampleIds: input.sampleIds };
    const { fusion } = this;
    if (embedded_BC !== undefined && fusion?.kind === 'perceiver') {
      return fusion.module.forward(asvs_nD, embedded_BC, slots, options);
    }
    const isFused = embedded_BC !== undefined && fusion !== undefined && fusion.kind !== 'gmu';
    const fused_nD = isFused ? fusion.module.forward(asvs_nD, embedded_BC, slots, options) : asvs_nD;
    const encoded_nD = this.targetEncoder.forward(fused_nD, { offsets }, options, input.sampleIds);
    const keyMask = new Uint8Array(slots.samples.length).fill(1);
    return this.targetPooling.forward(encoded_nD, { offsets, keyMask });
  }

  #categoriesOf(input: CommunityInput, { withoutCategories }: PredictorForwardOptions): CategoryIndices | undefined {
    if (this.embedder === undefined || withoutCategories === true) return undefined;
    if (input.categories !== undefined) return input.categories;
    const columns = this.embedder.schema.map(({ name }) => name).join(', ');
    throw invalidInput('SequencePredictor', `the model was built with categories (${columns}), the batch has none`);
  }

  #embed(categories: CategoryIndices, { sampleIds }: CommunityInput, options: ForwardOptions): Tensor {
    const probability = this.config.categories?.dropout ?? 0;
    const stream = dropoutStream(probability, dropoutSite(stackNumber.categorical), sampleIds, options);
    const sampleCount = sampleIds.length;
    return this.embedder!.forward(categories, { sampleCount, ...(stream === undefined ? {} : { dropout: stream }) });
  }
}
