// What a forward pass may be told besides its data, and the random streams that follow from it.
import { type DropoutStream, type ProductPrecision, type RecomputePolicy, SeqError, type Tensor } from '@seq/tensor';
import type { ModelErrorCode } from './errors.js';
import type { IntermediatesRecorder, WantedIntermediates } from './intermediates.js';
import type { LayerDropouts } from './layers/layer-forward.js';

/** Which random numbers a training step uses. */
export interface RandomSource {
  /** Seed of the run, an integer in [0, 2^53). */
  readonly seed: number;
  /** Global number of the update, so that every update draws anew. */
  readonly step: number;
}

/** Options of a training or evaluation pass through any module. */
export interface PassOptions {
  /** Whether dropout and masking are active. Default false. */
  readonly training?: boolean;
  /** Needed where something random is active. */
  readonly random?: RandomSource;
  /** What transformer stacks keep for backward; gradients are bit-equal. Default `selective`. */
  readonly recompute?: RecomputePolicy;
  /** Factors of the matrix products of transformer stacks; those with norms behind their parts take `f32` only. Default `f32`. */
  readonly precision?: ProductPrecision;
}

/** Options of a forward pass through an encoder or a predictor. */
export interface ForwardOptions extends PassOptions {
  /** Whether base logits are wanted; in training this also turns masking on. Default false. */
  readonly nucleotides?: boolean;
  /** [T], 1 where a base is hidden; replaces the module's own drawing, also in evaluation. */
  readonly maskedPositions?: Uint8Array;
  /** [U, D] embeddings of the distinct ASVs computed before; the nucleotide level is skipped. */
  readonly asvEmbeddings?: Tensor;
  /** Gathers the inside of the pass; models make their own for `returnIntermediates`. */
  readonly recorder?: IntermediatesRecorder | undefined;
}

/** Options of a forward pass through a whole model. */
export interface ModelForwardOptions extends Omit<ForwardOptions, 'recorder'> {
  /**
   * Whether the result shows its inside: embeddings before the slots, attention weights per layer and head, pooling
   * weights. A list names the places of which attention is wanted; `asv` takes H L² numbers per ASV and layer. Default
   * false, which costs nothing.
   */
  readonly returnIntermediates?: WantedIntermediates;
}

/** Numbers of the stacks in the random streams; each stack owns 1024 sites. */
export const stackNumber = {
  asv: 0,
  sample: 1,
  encoder: 2,
  count: 3,
  target: 4,
  head: 5,
  categorical: 6,
  perceiver: 7,
  crossAttention: 8,
  /** Target i besides the main one has number `moreTargets + i`. */
  moreTargets: 16,
} as const;

const SITES_PER_STACK = 1024;
const SITES_PER_LAYER = 16;

/** What a dropout inside a layer acts on. */
export const dropoutKind = { attentionWeights: 0, attentionOutput: 1, activation: 2, layerOutput: 3 } as const;

/** The site of a dropout: stacks, layers and kinds never share one. */
export function dropoutSite(stack: number, layer = 0, kind = 0): number {
  return SITES_PER_STACK * stack + SITES_PER_LAYER * layer + kind;
}

/** The random source of a pass in which something random is active. */
export function requireRandom(asked: string, { random }: PassOptions): RandomSource {
  if (random !== undefined) return random;
  throw new SeqError<ModelErrorCode>(
    'RANDOM_MISSING',
    `${asked}: training with dropout or masking needs random numbers, but no \`random\` was given. ` +
      'Pass { training: true, random: { seed, step } }, or leave training off.',
  );
}

/** The dropout of a pass; undefined where none is active. */
export function dropoutStream(
  probability: number,
  site: number,
  sequenceIds: Uint32Array,
  options: PassOptions,
): DropoutStream | undefined {
  if (options.training !== true || probability === 0) return undefined;
  const { seed, step } = requireRandom('dropout', options);
  return { probability, seed, step, site, sequenceIds };
}

/** The dropouts of one layer of a stack, all of one probability. */
export function layerDropouts(
  probability: number,
  { stack, layer }: { readonly stack: number; readonly layer: number },
  sequenceIds: Uint32Array,
  options: PassOptions,
): LayerDropouts {
  const streamOf = (kind: keyof typeof dropoutKind): DropoutStream | undefined =>
    dropoutStream(probability, dropoutSite(stack, layer, dropoutKind[kind]), sequenceIds, options);
  return {
    attentionWeights: streamOf('attentionWeights'),
    attentionOutput: streamOf('attentionOutput'),
    activation: streamOf('activation'),
    layerOutput: streamOf('layerOutput'),
  };
}
