// From the bases of a read to one embedding: the nucleotide level. It knows no samples.
import { embedSequences, type ParameterScope, type Tensor } from '@seq/tensor';
import { type AsvInput, checkAsvs, invalidInput } from './community-input.js';
import type { NucleotideMaskingConfig } from './encoder-config.js';
import { type ForwardOptions, requireRandom, stackNumber } from './forward-options.js';
import { AttentionPooling } from './layers/attention-pooling.js';
import { normalValues } from './layers/initial-values.js';
import { Linear } from './layers/linear.js';
import { PositionEmbedding } from './layers/position-embedding.js';
import { TransformerStack, type TransformerStackOptions } from './layers/transformer-stack.js';
import { drawMaskedPositions, hideTokens } from './nucleotide-masking.js';

/** Options of {@link AsvEncoder}. */
export interface AsvEncoderOptions extends Omit<TransformerStackOptions, 'stack'> {
  /** Number of token ids V, the mask token included. */
  readonly vocabularySize: number;
  /** Longest read in bases; the start token has a position of its own. */
  readonly basesPerAsv: number;
  /** Whether hidden bases are guessed. */
  readonly nucleotideHead: boolean;
  /** Which bases are hidden in training. */
  readonly masking: NucleotideMaskingConfig;
}

/** What {@link AsvEncoder} gives for U reads of T tokens in all. */
export interface AsvEncoderOutput {
  /** [U, D]. */
  readonly embeddings: Tensor;
  /** [T, V], if asked for and there is a head. */
  readonly nucleotideLogits?: Tensor;
  /** [T], 1 where a base was hidden; absent if nothing could be. */
  readonly maskedPositions?: Uint8Array;
}

/**
 * Token and position embeddings, a transformer over the read, attention pooling. An unknown base (token 0) is no key and
 * has no pooling weight, but keeps its position.
 *
 * Parameters: `token_embedding.weight` [V, D], `position_embedding.position_embedding.weight` [bases + 1, D],
 * `transformer.…`, `attention_pooling.…` and, with a head, `nucleotide_head.…`.
 */
export class AsvEncoder {
  /** What it was built with. */
  readonly options: AsvEncoderOptions;
  /** Token embeddings, [V, D]. */
  readonly tokenTable: Tensor;
  /** Embeddings of the places in a read. */
  readonly positions: PositionEmbedding;
  /** Over the bases of a read. */
  readonly transformer: TransformerStack;
  /** From the bases of a read to one vector. */
  readonly pooling: AttentionPooling;
  /** From a base's vector to logits over tokens, if there is one. */
  readonly nucleotideHead: Linear | undefined;

  constructor(scope: ParameterScope, options: AsvEncoderOptions) {
    const { width, vocabularySize, basesPerAsv } = options;
    this.options = options;
    this.tokenTable = scope.child('token_embedding').parameter('weight', [vocabularySize, width], normalValues());
    this.positions = new PositionEmbedding(scope.child('position_embedding'), { length: basesPerAsv + 1, width });
    this.transformer = new TransformerStack(scope.child('transformer'), { ...options, stack: stackNumber.asv });
    this.pooling = new AttentionPooling(scope.child('attention_pooling'), { width });
    if (options.nucleotideHead) {
      this.nucleotideHead = new Linear(scope.child('nucleotide_head'), { inputs: width, outputs: vocabularySize });
    }
  }

  /**
   * Encodes reads.
   *
   * Bases are hidden if `maskedPositions` are given, or in training if `nucleotides` are asked for.
   *
   * @throws SeqError `INPUT_INVALID` for inconsistent arrays, a read that is too long or a token that does not exist;
   * `RANDOM_MISSING` where random numbers are needed and not given.
   */
  forward(asvs: AsvInput, options: ForwardOptions = {}): AsvEncoderOutput {
    this.#check(asvs, options);
    const maskedPositions = options.maskedPositions ?? this.#drawMask(asvs, options);
    const { asvTokens, asvOffsets: offsets, asvIds } = asvs;
    const tokens = maskedPositions === undefined ? asvTokens : hideTokens(asvTokens, maskedPositions);
    const sequences = { offsets, keyMask: Uint8Array.from(tokens, (token) => Number(token > 0)) };
    const embedded_TD = embedSequences(tokens, offsets, this.tokenTable, this.positions.table);
    const bases_TD = this.transformer.forward(embedded_TD, sequences, options, asvIds);
    const { recorder } = options;
    recorder?.attention('asv', () => this.transformer.attentionWeights(embedded_TD, sequences, options, asvIds));
    recorder?.pooling('asv', () => this.pooling.weights(bases_TD, sequences));
    const head = options.nucleotides === true ? this.nucleotideHead : undefined;
    return {
      embeddings: this.pooling.forward(bases_TD, sequences),
      ...(head === undefined ? {} : { nucleotideLogits: head.forward(bases_TD) }),
      ...(maskedPositions === undefined ? {} : { maskedPositions }),
    };
  }

  #drawMask(asvs: AsvInput, options: ForwardOptions): Uint8Array | undefined {
    const { masking } = this.options;
    const isWanted = options.training === true && options.nucleotides === true && this.nucleotideHead !== undefined;
    if (!isWanted || masking.fraction === 0) return undefined;
    return drawMaskedPositions(asvs, { ...masking, ...requireRandom('AsvEncoder', options) });
  }

  #check(asvs: AsvInput, { maskedPositions }: ForwardOptions): void {
    checkAsvs('AsvEncoder', asvs);
    const { asvTokens, asvOffsets, asvIds } = asvs;
    const { basesPerAsv, vocabularySize } = this.options;
    if (maskedPositions !== undefined && maskedPositions.length !== asvTokens.length) {
      const found = `maskedPositions has ${maskedPositions.length} entries for ${asvTokens.length} tokens`;
      throw invalidInput('AsvEncoder', found);
    }
    const strange = asvTokens.findIndex((token) => !(token >= 0 && token < vocabularySize));
    if (strange >= 0) {
      const found = `token ${asvTokens[strange]} at position ${strange} is none of the ${vocabularySize} tokens`;
      throw invalidInput('AsvEncoder', found, { position: strange, token: asvTokens[strange] });
    }
    const tokensOf = (asv: number): Int32Array => asvTokens.subarray(asvOffsets[asv], asvOffsets[asv + 1]);
    const long = asvIds.findIndex((_, asv) => tokensOf(asv).length > basesPerAsv + 1);
    if (long >= 0) {
      const found = `ASV ${long} (id ${asvIds[long]}) has ${tokensOf(long).length} tokens, at most ${basesPerAsv + 1} fit`;
      throw invalidInput('AsvEncoder', found, { asv: long, tokenCount: tokensOf(long).length, basesPerAsv });
    }
    const blank = asvIds.findIndex((_, asv) => !tokensOf(asv).some((token) => token > 0));
    if (blank < 0) return;
    throw invalidInput('AsvEncoder', `ASV ${blank} (id ${asvIds[blank]}) has no visible token`, { asv: blank });
  }
}
