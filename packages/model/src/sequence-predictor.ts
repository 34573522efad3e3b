// The model that is fine-tuned: the base model, a count head and the target path. It knows no feature table, no losses.
import { CategoricalEmbedder, type CategoryIndices, tableName } from '@seq/categorical';
import { type ParameterScope, sigmoid, type Tensor, tidy } from '@seq/tensor';
import { type CommunityInput, invalidInput, sampleOfSlot } from './community-input.js';
import {
  dropoutSite,
  dropoutStream,
  type ForwardOptions,
  type ModelForwardOptions,
  stackNumber,
} from './forward-options.js';
import { type Fusion, makeFusion } from './fusion/fusion.js';
import { KnownAsvs } from './heads/known-asvs.js';
import { TargetOutput } from './heads/target-output.js';
import { IntermediatesRecorder } from './intermediates.js';
import { AttentionPooling } from './layers/attention-pooling.js';
import { LayerNorm } from './layers/layer-norm.js';
import { Linear } from './layers/linear.js';
import { TransformerStack } from './layers/transformer-stack.js';
import { joinOutputs, withLazyOutputs } from './lazy-outputs.js';
import { type PredictorConfig, type PredictorConfigInput, predictorConfig } from './predictor-config.js';
import { type EncoderOutput, SequenceEncoder } from './sequence-encoder.js';

/** Options of {@link SequencePredictor.forward}. */
export interface PredictorForwardOptions extends ModelForwardOptions {
  /** Whether dropout and masking are active in the base model, too; false suits a frozen one. Default: as `training`. */
  readonly baseTraining?: boolean;
  /** Predicts without categories although the model has them, as the reference does if they are left out. Default false. */
  readonly withoutCategories?: boolean;
  /** Slots per sample after padding, for the perceiver to repeat the reference's numbers. Default: no padding. */
  readonly paddedSlots?: number;
}

/** What a predictor says about its targets. */
export interface TargetPredictions {
  /** [B, outputs]; with quantiles [B, outputs, quantiles]; for a classifier log-probabilities. */
  readonly targetPrediction: Tensor;
  /** The same for each further target, by name; only an object's own keys count. Absent: there are none. */
  readonly morePredictions?: Readonly<Record<string, Tensor>>;
  /** [B, D], the gate of the `gmu` fusion, each in (0, 1). */
  readonly gate?: Tensor;
}

/** The lazy output of a predictor. */
export interface LazyPredictorOutput {
  /** [n, 1], each in (0, 1), if the model has a count head; computed when it is first read. */
  readonly countPrediction: Tensor | undefined;
}

/** What {@link SequencePredictor} gives for a batch of B samples with n slots. Lazy outputs are not enumerable. */
export interface PredictorOutput extends EncoderOutput, TargetPredictions, LazyPredictorOutput {}

type PassWithTarget = ForwardOptions & Omit<PredictorForwardOptions, keyof ModelForwardOptions>;

/**
 * Predicts numbers, quantiles or classes per sample from the ASV embeddings of the base model: fusion with categories,
 * transformer, attention pooling, norm, heads. A second path predicts the read count of each slot.
 *
 * Parameters: `base_model.…`, `count_encoder.…`, `count_head.…`, `target_encoder.…`, `target_pooling.…`, `target_norm.…`,
 * `target_head.…`, `output_…`, `categorical_embedder.…` and those of the fusion: the names of the reference's state dict;
 * and for each further target `more_targets.<name>.{head.…, output_…}`. With known ASVs also `asv_weights.weight`, and the
 * same under `more_targets.<name>`.
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
  /** From the vector to the main target. */
  readonly target: TargetOutput;
  /** From the vector to further targets, by name. */
  readonly moreTargets: ReadonlyMap<string, TargetOutput>;
  /** From categories to vectors, if a fusion lets them in. */
  readonly embedder: CategoricalEmbedder | undefined;
  /** How categories enter, if they do. */
  readonly fusion: Fusion | undefined;
  readonly #knownAsvs: KnownAsvs | undefined;

  /** @throws SeqError `CONFIG_INVALID`. */
  constructor(scope: ParameterScope, config: PredictorConfigInput = {}) {
    this.config = predictorConfig(config);
    const { base, categories, knownAsvs } = this.config;
    if (knownAsvs.length > 0) this.#knownAsvs = new KnownAsvs(knownAsvs, base.basesPerAsv);
    const width = base.embeddingWidth;
    this.base = new SequenceEncoder(scope.child('base_model'), base);
    if (this.config.countHead) {
      this.countEncoder = this.#stack(scope, 'count');
      const sizes = { inputs: width, outputs: 1, initialValues: 'xavier' } as const;
      this.countHead = new Linear(scope.child('count_head'), sizes);
    }
    this.targetEncoder = this.#stack(scope, 'target');
    this.targetPooling = new AttentionPooling(scope.child('target_pooling'), { width });
    if (this.config.targetNorm) this.targetNorm = new LayerNorm(scope.child('target_norm'), { width });
    const columns = categories?.columns ?? [];
    this.target = new TargetOutput(scope.child('target_head'), scope, {
      ...{ inputs: width, columns, output: this.config },
      scaledBy: categories?.outputScaledBy ?? [],
      stack: stackNumber.head,
      knownAsvs: knownAsvs.length,
    });
    this.moreTargets = this.#furtherTargets(scope);
    if (categories !== null && categories.fusion.kind !== 'none') {
      this.embedder = new CategoricalEmbedder(scope.child('categorical_embedder'), columns);
      const sizes = { width, categoryWidth: this.embedder.width, columns, dropout: base.dropout };
      this.fusion = makeFusion(scope, categories.fusion, sizes);
    }
  }

  #stack(scope: ParameterScope, name: 'count' | 'target'): TransformerStack {
    const { base, layers } = this.config;
    const own = { width: base.embeddingWidth, layers: layers[name], stack: stackNumber[name] };
    return new TransformerStack(scope.child(`${name}_encoder`), { ...base, ...own });
  }

  #furtherTargets(scope: ParameterScope): ReadonlyMap<string, TargetOutput> {
    const { base, categories, moreTargets, knownAsvs } = this.config;
    const [inputs, columns] = [base.embeddingWidth, categories?.columns ?? []];
    return new Map(
      moreTargets.map((output, i) => {
        const named = scope.child('more_targets').child(tableName(output.name));
        const own = { output, scaledBy: output.scaledBy, stack: stackNumber.moreTargets + i };
        const options = { inputs, columns, knownAsvs: knownAsvs.length, ...own };
        return [output.name, new TargetOutput(named.child('head'), named, options)];
      }),
    );
  }

  /**
   * Predicts a batch. Intermediate tensors are freed; what the result needs for its gradient stays with it.
   *
   * @throws SeqError `INPUT_INVALID`, also if the model has categories and none are given; `RANDOM_MISSING`; codes of
   * the categorical embedder.
   */
  forward(input: CommunityInput, options: PredictorForwardOptions = {}): PredictorOutput {
    const { returnIntermediates: wanted = false, ...pass } = options;
    if (wanted === false) return this.#predict(input, pass);
    return this.#predict(input, { ...pass, recorder: new IntermediatesRecorder(wanted) });
  }

  #predict(input: CommunityInput, options: PassWithTarget): PredictorOutput {
    return tidy(() => {
      const training = options.baseTraining ?? options.training ?? false;
      const base = this.base.record(input, { ...options, training });
      const output = joinOutputs(base, this.#predictTargets(base.asvEmbeddings, input, options));
      if (this.countEncoder !== undefined) this.#record('count', base.asvEmbeddings, input, options);
      const countPrediction = (): Tensor | undefined => this.#predictCounts(base.asvEmbeddings, input, options);
      const { recorder } = options;
      const complete = recorder === undefined ? output : joinOutputs(output, { intermediates: recorder.result() });
      return withLazyOutputs<typeof output, LazyPredictorOutput>(complete, { countPrediction });
    });
  }

  #record(name: 'count' | 'target', slots_nD: Tensor, input: CommunityInput, options: ForwardOptions): void {
    const stack = name === 'count' ? this.countEncoder! : this.targetEncoder;
    const { slotOffsets: offsets, sampleIds } = input;
    options.recorder?.attention(name, () => stack.attentionWeights(slots_nD, { offsets }, options, sampleIds));
  }

  #predictCounts(asvs_nD: Tensor, input: CommunityInput, options: ForwardOptions): Tensor | undefined {
    const { countEncoder, countHead } = this;
    if (countEncoder === undefined || countHead === undefined) return undefined;
    const sequences = { offsets: input.slotOffsets };
    return tidy(() => sigmoid(countHead.forward(countEncoder.forward(asvs_nD, sequences, options, input.sampleIds))));
  }

  #predictTargets(asvs_nD: Tensor, input: CommunityInput, options: PassWithTarget): TargetPredictions {
    const categories = this.#categoriesOf(input, options);
    const embedded_BC = categories === undefined ? undefined : this.#embed(categories, input, options);
    const pooled_BD = this.#pool(asvs_nD, embedded_BC, input, options);
    const normed_BD = this.targetNorm?.forward(pooled_BD) ?? pooled_BD;
    const { gate, fused_BD } = this.#gate(normed_BD, embedded_BC);
    options.recorder?.tensor('targetEmbeddings', fused_BD);
    const samples = { sampleIds: input.sampleIds, known: this.#knownAsvs?.slotsOf(input) };
    const predict = (target: TargetOutput): Tensor => target.forward(fused_BD, samples, categories, options);
    const more = [...this.moreTargets].map(([name, target]) => [name, predict(target)] as const);
    return {
      targetPrediction: predict(this.target),
      ...(more.length === 0 ? {} : { morePredictions: Object.fromEntries(more) }),
      ...(gate === undefined ? {} : { gate }),
    };
  }

  #gate(pooled_BD: Tensor, embedded_BC: Tensor | undefined): { readonly fused_BD: Tensor; readonly gate?: Tensor } {
    if (embedded_BC === undefined || this.fusion?.kind !== 'gmu') return { fused_BD: pooled_BD };
    const { module } = this.fusion;
    const gate = module.gate(pooled_BD, embedded_BC);
    return { fused_BD: module.forward(pooled_BD, embedded_BC, gate), gate };
  }

  #pool(asvs_nD: Tensor, embedded_BC: Tensor | undefined, input: CommunityInput, options: PassWithTarget): Tensor {
    const { slotOffsets: offsets, sampleIds } = input;
    const slots = { offsets, samples: sampleOfSlot(offsets), sampleIds };
    const fusion = embedded_BC === undefined ? undefined : this.fusion;
    const { recorder } = options;
    if (fusion?.kind === 'perceiver') {
      const { paddedSlots } = options;
      recorder?.attention('fusion', () => [fusion.module.attentionWeights(asvs_nD, embedded_BC!, slots, paddedSlots)]);
      return fusion.module.forward(asvs_nD, embedded_BC!, slots, options);
    }
    if (fusion?.kind === 'cross-attention') {
      recorder?.attention('fusion', () => [fusion.module.attentionWeights(asvs_nD, embedded_BC!, slots)]);
    }
    const isFused = fusion !== undefined && fusion.kind !== 'gmu';
    const fused_nD = isFused ? fusion.module.forward(asvs_nD, embedded_BC!, slots, options) : asvs_nD;
    this.#record('target', fused_nD, input, options);
    const encoded_nD = this.targetEncoder.forward(fused_nD, { offsets }, options, sampleIds);
    const masked = { offsets, keyMask: new Uint8Array(slots.samples.length).fill(1) };
    recorder?.pooling('target', () => this.targetPooling.weights(encoded_nD, masked));
    return this.targetPooling.forward(encoded_nD, masked);
  }

  #categoriesOf(input: CommunityInput, { withoutCategories }: PredictorForwardOptions): CategoryIndices | undefined {
    const { categories, moreTargets } = this.config;
    if (categories === null || withoutCategories === true) return undefined;
    if (input.categories !== undefined) return input.categories;
    const isScaled = [categories.outputScaledBy, ...moreTargets.map(({ scaledBy }) => scaledBy)].some(
      (names) => names.length > 0,
    );
    if (this.fusion === undefined && !isScaled) return undefined;
    const columns = categories.columns.map(({ name }) => name).join(', ');
    throw invalidInput('SequencePredictor', `the model was built with categories (${columns}), the batch has none`);
  }

  #embed(categories: CategoryIndices, { sampleIds }: CommunityInput, options: ForwardOptions): Tensor | undefined {
    if (this.embedder === undefined) return undefined;
    const probability = this.config.categories?.dropout ?? 0;
    const stream = dropoutStream(probability, dropoutSite(stackNumber.categorical), sampleIds, options);
    const sampleCount = sampleIds.length;
    return this.embedder.forward(categories, { sampleCount, ...(stream === undefined ? {} : { dropout: stream }) });
  }
}
