// What a forward pass can show of its inside, and the recorder that gathers it only where it is wanted.
import type { Tensor } from '@seq/tensor';
import type { AttentionWeights } from './layers/attention-weights-by-sequence.js';

/**
 * Where attention happens: over the bases of an ASV, the ASVs of a sample (base model: `sample`, then `encoder`; predictor:
 * `count`, `target`), and from slots or latents to categories (`fusion`).
 */
export type AttentionPlace = 'asv' | 'sample' | 'encoder' | 'count' | 'target' | 'fusion';

/** Everything (true), nothing (false), or embeddings and the attention at some places. */
export type WantedIntermediates = boolean | readonly AttentionPlace[];

/** The inside of one forward pass. Weights are those before dropout; no gradient flows through them. */
export interface Intermediates {
  /** [U, D], the embeddings of the distinct ASVs before they are spread to slots. */
  readonly distinctAsvEmbeddings?: Tensor;
  /** [B, D], what the head of a predictor reads. */
  readonly targetEmbeddings?: Tensor;
  /** Per place: per layer and sequence the attention weights [H, queries, keys]. */
  readonly attention: Readonly<Partial<Record<AttentionPlace, readonly AttentionWeights[]>>>;
  /** Per place that ends in attention pooling: per sequence one weight per row. */
  readonly pooling: Readonly<Partial<Record<AttentionPlace, readonly Float64Array[]>>>;
}

/** Gathers intermediates during one forward pass. Modules hand it functions, which run only if the result is wanted. */
export class IntermediatesRecorder {
  readonly #wanted: WantedIntermediates;
  readonly #tensors: { distinctAsvEmbeddings?: Tensor; targetEmbeddings?: Tensor } = {};
  readonly #attention: Partial<Record<AttentionPlace, readonly AttentionWeights[]>> = {};
  readonly #pooling: Partial<Record<AttentionPlace, readonly Float64Array[]>> = {};

  constructor(wanted: WantedIntermediates) {
    this.#wanted = wanted;
  }

  /** Keeps a tensor that the pass has computed anyway. */
  tensor(name: 'distinctAsvEmbeddings' | 'targetEmbeddings', value: Tensor): void {
    this.#tensors[name] = value;
  }

  /** Keeps the attention weights of a place, if they are wanted. */
  attention(place: AttentionPlace, work: () => readonly AttentionWeights[]): void {
    if (this.#isWanted(place)) this.#attention[place] = work();
  }

  /** Keeps the pooling weights of a place, if they are wanted. */
  pooling(place: AttentionPlace, work: () => readonly Float64Array[]): void {
    if (this.#isWanted(place)) this.#pooling[place] = work();
  }

  /** What was gathered. */
  result(): Intermediates {
    return { ...this.#tensors, attention: this.#attention, pooling: this.#pooling };
  }

  #isWanted(place: AttentionPlace): boolean {
    return typeof this.#wanted === 'boolean' ? this.#wanted : this.#wanted.includes(place);
  }
}
