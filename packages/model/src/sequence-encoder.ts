// The base model: bases to ASV embeddings to sample embeddings. It knows no feature table, no losses, no files.
import { type ParameterScope, type Tensor, tidy } from '@seq/tensor';
import type { AsvEncoderOutput } from './asv-encoder.js';
import type { AsvInput, CommunityInput } from './community-input.js';
import { type EncoderConfig, type EncoderConfigInput, encoderConfig } from './encoder-config.js';
import { type ForwardOptions, stackNumber } from './forward-options.js';
import { AttentionPooling } from './layers/attention-pooling.js';
import { Linear } from './layers/linear.js';
import { TransformerStack } from './layers/transformer-stack.js';
import { SampleEncoder, type SampleEncoderOutput } from './sample-encoder.js';

/** What {@link SequenceEncoder} gives for a batch of B samples with n slots over U distinct ASVs of T tokens. */
export interface EncoderOutput extends SampleEncoderOutput {
  /** [B, D], one layer-normed vector per sample. */
  readonly embeddings: Tensor;
  /** [B, base width], if the model has a base head. */
  readonly basePrediction?: Tensor;
}

/**
 * The model that is pre-trained: {@link SampleEncoder}, one more transformer over the slots of a sample, attention
 * pooling, and for every type but `unifrac` a linear base head.
 *
 * Parameters: `sample_encoder.…`, `encoder_transformer.…`, `attention_pooling.…` and `output_head.…`: the names and
 * shapes of the reference's state dict.
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
  /** From a sample's vector to the base prediction, if there is one. */
  readonly baseHead: Linear | undefined;

  /** @throws SeqError `CONFIG_INVALID`. */
  constructor(scope: ParameterScope, config: EncoderConfigInput = {}) {
    this.config = encoderConfig(config);
    const { embeddingWidth: width, layers, encoderType, baseOutputWidth } = this.config;
    this.sampleEncoder = new SampleEncoder(scope.child('sample_encoder'), { ...this.config, width });
    const stack = { ...this.config, width, layers: layers.encoder, stack: stackNumber.encoder };
    this.transformer = new TransformerStack(scope.child('encoder_transformer'), stack);
    this.pooling = new AttentionPooling(scope.child('attention_pooling'), { width });
    if (encoderType !== 'unifrac') {
      this.baseHead = new Linear(scope.child('output_head'), { inputs: width, outputs: baseOutputWidth });
    }
  }

  /**
   * Encodes a batch. Intermediate tensors are freed; what the result needs for its gradient stays with it.
   *
   * @throws SeqError `INPUT_INVALID`, `RANDOM_MISSING`.
   */
  forward(input: CommunityInput, options: ForwardOptions = {}): EncoderOutput {
    return tidy(() => {
      const sample = this.sampleEncoder.forward(input, options);
      const { slotOffsets, sampleIds } = input;
      const slots_nD = this.transformer.forward(sample.asvEmbeddings, { offsets: slotOffsets }, options, sampleIds);
      const keyMask = new Uint8Array(input.slotAsvs.length).fill(1);
      const embeddings = this.pooling.forward(slots_nD, { offsets: slotOffsets, keyMask });
      const basePrediction = this.baseHead?.forward(embeddings);
      return { ...sample, embeddings, ...(basePrediction === undefined ? {} : { basePrediction }) };
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
