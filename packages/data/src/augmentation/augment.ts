// Puts steps of augmentation together. Knows no tables, no batches and no models.
import { Draws } from '../random/draws.js';
import { requireInteger, requireSeed } from '../require-integer.js';
import type { AugmentationStep, CommunityPool } from './augmentation-step.js';
import type { Community } from './community.js';

/** What the draws of an augmentation depend on, besides the sample or ASV. */
export interface AugmentationKey {
  /** Whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** Whole number from 0 to 2^32 - 1. */
  readonly epoch: number;
}

/** Steps in their order, ready to be applied. */
export interface Augmentation {
  /** The steps. */
  readonly steps: readonly AugmentationStep[];
  /**
   * The sample after every step that acts on communities: a pure function of the community, the seed, the id of the sample and
   * the epoch, and of the pool where samples are mixed.
   *
   * @throws SeqError of the steps, `OPTION_INVALID`
   */
  readonly community: (
    community: Community,
    key: AugmentationKey & { readonly pool?: CommunityPool | undefined },
  ) => Community;
  /**
   * The bases of an ASV after every step that acts on sequences: a pure function of the bases, the seed, the id of the ASV and
   * the epoch, so that in one epoch an ASV is the same in every sample.
   *
   * @throws SeqError of the steps, `OPTION_INVALID`
   */
  readonly sequence: (bases: Uint8Array, key: AugmentationKey & { readonly id: string }) => Uint8Array;
}

/**
 * Composes steps of augmentation, applied from first to last. Every step draws from a stream of its own, so that a step
 * behind others does not change what those draw; two equal steps draw differently.
 *
 * @example
 * const augmentation = augment([subsampleReads({ minimumShare: 0.5 }), dropAsvs({ rate: 0.1 }), maskBases({ rate: 0.02 })]);
 */
export function augment(steps: readonly AugmentationStep[]): Augmentation {
  const streamOf = (step: number, id: string, { seed, epoch }: AugmentationKey): Draws => {
    requireSeed('augment', seed);
    requireInteger('augment', 'epoch', epoch, { minimum: 0, maximum: 2 ** 32 - 1 });
    return new Draws({ seed, purpose: 'augmentation', epoch, id: `${step} ${steps[step]!.name} ${id}` });
  };
  return {
    steps,
    community: (community, key) =>
      steps.reduce(
        (changed, step, i) =>
          step.acts === 'community' ? step.apply(changed, streamOf(i, community.sampleId, key), key.pool) : changed,
        community,
      ),
    sequence: (bases, key) =>
      steps.reduce(
        (changed, step, i) => (step.acts === 'sequence' ? step.apply(changed, streamOf(i, key.id, key)) : changed),
        bases,
      ),
  };
}
