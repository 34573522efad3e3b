// The base model: bases to ASV embeddings to sample embeddings. It knows no feature table, no losses, no files.
import { type ParameterScope, type Tensor, tidy } from '@seq/tensor';
import type { AsvEncoderOutput } from './asv-encoder.js';
import { BaseHeads, type BaseOutputs } from './base-heads.js';
import type { AsvInput, CommunityInput } from './community-input.js';
import { type EncoderConfig, type EncoderConfigInput, encoderConfig } from './encoder-config.js';
import { type ForwardOptions, type ModelForwardOptions, stackNumber } from './forward-options.js';
import { type Intermediates, IntermediatesRecorder } from './intermediates.js';
import { AttentionPooling } from './layers/attention-pooling.js';
import { TransformerStack } from './layers/transformer-stack.js';
import { joinOutputs, withLazyOutputs } from './lazy-outputs.js';
import { SampleEncoder, type SampleEncoderOutput } from './sample-encoder.js';

/** Outputs that are computed when they are first read; see {@link EncoderOutput}. */
export interface LazyEncoderOutput {
  /** [B, D], one vector per sample, layer-normed. */
  readonly embeddings: Tensor;
  /** [B, base width], the output of the base head of `faith_pd` and `taxonomy`. */
  readonly basePrediction: Tensor | undefined;
  /** The outputs of all base heads by name; empty for `unifrac` and `weighted`. */
  readonly baseOutputs: BaseOutputs;
}

/**
 * What {@link SequenceEncoder} gives for a batch of B samples with n slots over U distinct ASVs of T tokens.
 *
 * @remarks `embeddings`, `basePrediction` and `baseOutputs` are lazy: the transformer behind them runs when one is first
 * read, with the parameters of that moment, so read them before the next update. A predictor that learns only its target
 * never runs it. They are not enumerable; spreading the output loses them.
 */
export interface EncoderOutput extends SampleEncoderOutput, LazyEncoderOutput {
  /** The inside of the pass, if it was asked for. */
  readonly intermediates?: Intermediates;
}

/**
 * The model that is pre-trained: {@link SampleEncoder}, one more transformer over the slots of a sample, attention
 * pooling, and the heads of its type.
 *
 * Parameters: `sample_encoder.…`, `encoder_transformer.…`, `attention_pooling.…` and those of {@link BaseHeads}: the
 * names and shapes of the reference's state dict.
 */
export class SequenceEncoder {
  /** The complete configuration. */
  readonly config: EncoderConfig;
  /** From communities to one vector per slot. */
  readonly sampleEncoder: SampleEncoder;
  /** Over the slots of a sample, before pooling. */
  readonly transformer: TransformerStack;
  /** From the slots of a sample to one vector. */
  readonly pooling: AttentionPooling;
  /** From a sample's vector to the base outputs. */
  readonly baseHeads: BaseHeads;

  /** @throws SeqError `CONFIG_INVALID`. */
  constructor(scope: ParameterScope, config: EncoderConfigInput = {}) {
    this.config = encoderConfig(config);
    const { embeddingWidth: width, layers } = this.config;
    this.sampleEncoder = new SampleEncoder(scope.child('sample_encoder'), { ...this.config, width });
    const stack = { ...this.config, width, layers: layers.encoder, stack: stackNumber.encoder };
    this.transformer = new TransformerStack(scope.child('encoder_transformer'), stack);
    this.pooling = new AttentionPooling(scope.child('attention_pooling'), { width });
    this.baseHeads = new BaseHeads(scope, this.config);
  }

  /**
   * Encodes a batch. Intermediate tensors are freed; what the result needs for its gradient stays with it.
   *
   * @throws SeqError `INPUT_INVALID`, `RANDOM_MISSING`.
   */
  forward(input: CommunityInput, options: ModelForwardOptions = {}): EncoderOutput {
    const { returnIntermediates: wanted = false, ...pass } = options;
    if (wanted === false) return this.record(input, pass);
    return this.record(input, { ...pass, recorder: new IntermediatesRecorder(wanted) });
  }

  /**
   * {@link SequenceEncoder.forward} with a recorder of the caller's, whose result so far becomes `intermediates`.
   *
   * @throws SeqError `INPUT_INVALID`, `RANDOM_MISSING`.
   */
  record(input: CommunityInput, options: ForwardOptions): EncoderOutput {
    return tidy(() => {
      const sample = this.sampleEncoder.forward(input, options);
      const { slotOffsets, sampleIds } = input;
      const sequences = { offsets: slotOffsets, keyMask: new Uint8Array(input.slotAsvs.length).fill(1) };
      const encode = (): Tensor =>
        this.transformer.forward(sample.asvEmbeddings, { offsets: slotOffsets }, options, sampleIds);
      options.recorder?.attention('encoder', () =>
        this.transformer.attentionWeights(sample.asvEmbeddings, { offsets: slotOffsets }, options, sampleIds),
      );
      options.recorder?.pooling('encoder', () => tidy(() => this.pooling.weights(encode(), sequences)));
      const output: EncoderOutput = withLazyOutputs<SampleEncoderOutput, LazyEncoderOutput>(sample, {
        embeddings: () => tidy(() => this.pooling.forward(encode(), sequences)),
        baseOutputs: () => {
          const { embeddings } = output;
          return tidy(() => this.baseHeads.forward(embeddings));
        },
        basePrediction: () => {
          const { encoderType } = this.config;
          return encoderType === 'faith_pd' || encoderType === 'taxonomy' ? output.baseOutputs[encoderType] : undefined;
        },
      });
      const { recorder } = options;
      return recorder === undefined ? output : joinOutputs(output, { intermediates: recorder.result() });
    });
  }

  /**
   * The nucleotide level alone, for embeddings that are kept and passed back as `asvEmbeddings`.
   *
   * @throws SeqError `INPUT_INVALID`, `RANDOM_MISSING`.
   */
  encodeAsvs(asvs: AsvInput, options: ForwardOptions = {}): AsvEncoderOutput {
    return tidy(() => this.sampleEncoder.asvEncoder.forward(asvs, options));
  }
}
