// From the ASVs of a sample to one vector per ASV that knows its community. It knows no feature table.
import { gatherRows, type ParameterScope, type Tensor, tensor } from '@seq/tensor';
import { AsvEncoder, type AsvEncoderOptions, type AsvEncoderOutput } from './asv-encoder.js';
import { type CommunityInput, checkSlots, invalidInput, placeInSample } from './community-input.js';
import { CountEmbedding } from './count-embedding.js';
import type { CountEmbeddingKind, CountScale, EncoderLayers, SlotPositions } from './encoder-config.js';
import { type ForwardOptions, type PassOptions, stackNumber } from './forward-options.js';
import { PositionEmbedding } from './layers/position-embedding.js';
import { TransformerStack } from './layers/transformer-stack.js';
import { abundanceRanks } from './slot-ranks.js';

/** Options of {@link SampleEncoder}. */
export interface SampleEncoderOptions extends Omit<AsvEncoderOptions, 'layers'> {
  /** Layers over the bases of an ASV, and over the ASVs of a sample. */
  readonly layers: Pick<EncoderLayers, 'asv' | 'sample'>;
  /** Most ASVs of one sample. */
  readonly maxAsvsPerSample: number;
  /** What decides the place of an ASV within its sample, which has a learned embedding. */
  readonly slotPositions: SlotPositions;
  /** How read counts enter. */
  readonly countEmbedding: CountEmbeddingKind;
  /** Scale of the read counts that enter. */
  readonly countScale: CountScale;
}

/** What {@link SampleEncoder} gives for n slots. */
export interface SampleEncoderOutput {
  /** [n, D], one row per slot. */
  readonly asvEmbeddings: Tensor;
  /** [T, V] over the distinct ASVs, if asked for and there is a head. */
  readonly nucleotideLogits?: Tensor;
  /** [T], 1 where a base was hidden. */
  readonly maskedPositions?: Uint8Array;
}

/** Options of {@link SampleEncoder.encodeSlots}. */
export type SlotPassOptions = PassOptions & Pick<ForwardOptions, 'recorder'>;

/** The reference's table of slot positions has this many rows more than its limit of ASVs. */
export const EXTRA_SLOT_POSITIONS = 5;

/**
 * Encodes each distinct ASV once, spreads the embeddings to the slots of the samples, adds read counts and slot
 * positions, and lets the slots of a sample attend to each other.
 *
 * Parameters: `asv_encoder.…`, `sample_position_embedding.position_embedding.weight` [limit + 5, D],
 * `sample_transformer.…` and those of {@link CountEmbedding}.
 */
export class SampleEncoder {
  /** What it was built with. */
  readonly options: SampleEncoderOptions;
  /** The nucleotide level. */
  readonly asvEncoder: AsvEncoder;
  /** How read counts enter, if they do. */
  readonly countEmbedding: CountEmbedding | undefined;
  /** Embeddings of the places in a sample, if places count. */
  readonly slotPositions: PositionEmbedding | undefined;
  /** Over the slots of a sample. */
  readonly transformer: TransformerStack;

  constructor(scope: ParameterScope, options: SampleEncoderOptions) {
    const { width, layers, countEmbedding } = options;
    this.options = options;
    this.asvEncoder = new AsvEncoder(scope.child('asv_encoder'), { ...options, layers: layers.asv });
    if (countEmbedding !== 'none') this.countEmbedding = new CountEmbedding(scope, { width, kind: countEmbedding });
    if (options.slotPositions !== 'none') {
      const length = options.maxAsvsPerSample + EXTRA_SLOT_POSITIONS;
      this.slotPositions = new PositionEmbedding(scope.child('sample_position_embedding'), { length, width });
    }
    const stack = { ...options, layers: layers.sample, stack: stackNumber.sample };
    this.transformer = new TransformerStack(scope.child('sample_transformer'), stack);
  }

  /**
   * Encodes a batch of communities.
   *
   * @throws SeqError as {@link AsvEncoder.forward}, and `INPUT_INVALID` for a sample without ASVs or with more ASVs than
   * the model has slot positions, and without the `scaledCounts` that the model reads.
   */
  forward(input: CommunityInput, options: ForwardOptions = {}): SampleEncoderOutput {
    const { embeddings, ...nucleotides } = this.#encodeAsvs(input, options);
    options.recorder?.tensor('distinctAsvEmbeddings', embeddings);
    return { asvEmbeddings: this.encodeSlots(embeddings, input, options), ...nucleotides };
  }

  #encodeAsvs(input: CommunityInput, options: ForwardOptions): AsvEncoderOutput {
    if (options.asvEmbeddings === undefined) return this.asvEncoder.forward(input, options);
    return { embeddings: options.asvEmbeddings };
  }

  /**
   * The community level alone: from embeddings of the U distinct ASVs, [U, D], to one row per slot, [n, D].
   */
  encodeSlots(asvs_UD: Tensor, input: CommunityInput, options: SlotPassOptions = {}): Tensor {
    const { width, maxAsvsPerSample } = this.options;
    const { slotOffsets, slotAsvs, slotCounts, sampleIds } = input;
    const [asvCount = 0, foundWidth] = asvs_UD.shape;
    if (foundWidth !== width) {
      throw invalidInput('SampleEncoder', `ASV embeddings have shape [${asvs_UD.shape.join(', ')}], width is ${width}`);
    }
    checkSlots('SampleEncoder', input, asvCount);
    const limit = maxAsvsPerSample + EXTRA_SLOT_POSITIONS;
    const crowded = sampleIds.findIndex((_, i) => slotOffsets[i + 1]! - slotOffsets[i]! > limit);
    if (crowded >= 0 && this.slotPositions !== undefined) {
      const found = slotOffsets[crowded + 1]! - slotOffsets[crowded]!;
      throw invalidInput('SampleEncoder', `sample ${crowded} has ${found} ASVs, the model has ${limit} slot positions`);
    }
    let slots_nD = gatherRows(asvs_UD, slotAsvs);
    if (this.countEmbedding !== undefined) {
      const counts_n1 = tensor(this.#scaledCounts(input), [slotCounts.length, 1], { dtype: asvs_UD.dtype });
      slots_nD = this.countEmbedding.forward(slots_nD, counts_n1);
    }
    if (this.slotPositions !== undefined) {
      slots_nD = this.slotPositions.forward(slots_nD, input.slotPositions ?? this.#places(input));
    }
    const stackArguments = [slots_nD, { offsets: slotOffsets }, options, sampleIds] as const;
    options.recorder?.attention('sample', () => this.transformer.attentionWeights(...stackArguments));
    return this.transformer.forward(...stackArguments);
  }

  #scaledCounts({ slotCounts, scaledCounts }: CommunityInput): Float64Array | Float32Array {
    const { countScale } = this.options;
    if (countScale === 'ln') return Float64Array.from(slotCounts, Math.log1p);
    if (scaledCounts !== undefined) return scaledCounts;
    throw invalidInput('SampleEncoder', `read counts enter on the scale ${countScale}, and scaledCounts is missing`);
  }

  #places(input: CommunityInput): Uint32Array {
    return this.options.slotPositions === 'abundanceRank' ? abundanceRanks(input) : placeInSample(input.slotOffsets);
  }
}
