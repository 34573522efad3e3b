// What pre-training can be told, and what of it contradicts the encoder. It computes no loss.
import type { CommunityBatch } from '@seq/data';
import type { BaseOutputs, SequenceEncoder } from '@seq/model';
import type { ParameterStore } from '@seq/tensor';
import { trainError } from '../errors.js';
import type { DistanceTarget } from '../losses/distance-targets.js';
import type { Freeze } from './objective.js';
import type { BatchDistances } from './pretraining-objective.js';

/** What a base head should say about the samples of a batch, [B, width of the head], sample after sample. */
export type BatchValues = (batch: CommunityBatch) => ArrayLike<number>;

/** Targets of the base heads by their names; an encoder needs those of its type. */
export type BaseTargets = Readonly<Partial<Record<keyof BaseOutputs, BatchValues>>>;

/**
 * Which reads distances and base heads are learned from, where bases are hidden to be guessed.
 *
 * - `hidden`: those with hidden bases, as in the reference. One reading serves both, but samples are later read without hidden
 *   bases, which then tell apart less than in training.
 * - `whole`: the reads as they are. ASVs are read twice per step, which takes up to twice as long.
 */
export type SampleReads = 'hidden' | 'whole';

/** Options of {@link PretrainingObjective}. */
export interface PretrainingObjectiveOptions {
  /** Parameters of the encoder. */
  readonly store: ParameterStore;
  /** The encoder. */
  readonly encoder: SequenceEncoder;
  /** Distances that embeddings should have: one, or several at once. Encoders of the types `faith_pd` and `taxonomy` have none. */
  readonly distances?: BatchDistances | readonly DistanceTarget[] | undefined;
  /** What the base heads should say, for encoders of the types `faith_pd`, `taxonomy` and `combined`. */
  readonly baseTargets?: BaseTargets | undefined;
  /** Weight of the distance loss. Default 1. */
  readonly unifracPenalty?: number | undefined;
  /** Weight of the loss of the base heads, a mean of squares for each. Default 1. */
  readonly basePenalty?: number | undefined;
  /** Weight of the loss of hidden bases; 0 hides none. Default 1, or 0 if the encoder has no head for it. */
  readonly nucleotidePenalty?: number | undefined;
  /** See {@link SampleReads}. Default `hidden`. */
  readonly sampleReads?: SampleReads | undefined;
  /** Euclidean distance that stands for tanh(1), or `learned`. Default 10. */
  readonly distanceScale?: number | 'learned' | undefined;
  /** `learned`: terms weigh what the model learns about their uncertainty; see {@link LearnedWeights}. Default `fixed`. */
  readonly weighting?: 'fixed' | 'learned' | undefined;
  /** What is not trained. Default `none`; `asv` is possible without hidden bases. */
  readonly freeze?: Exclude<Freeze, 'base'> | undefined;
}

/** @throws SeqError `TRAINING_OPTIONS` for the first contradiction. */
export function refusePretrainingContradictions(
  { encoder, distances, baseTargets = {}, freeze = 'none' }: PretrainingObjectiveOptions,
  nucleotidePenalty: number,
): void {
  const { nucleotideHead, encoderType } = encoder.config;
  const hasDistances = !(encoderType === 'faith_pd' || encoderType === 'taxonomy');
  const missing = encoder.baseHeads.names.find((name) => baseTargets[name] === undefined);
  const surplus = Object.keys(baseTargets).find((name) => !encoder.baseHeads.names.includes(name as keyof BaseOutputs));
  const contradictions: readonly (readonly [boolean, string, string])[] = [
    [
      hasDistances && (distances === undefined || (Array.isArray(distances) && distances.length === 0)),
      `the encoder of type ${encoderType} has no distances`,
      'give some',
    ],
    [
      !hasDistances && distances !== undefined,
      `distances are given for an encoder of type ${encoderType}`,
      'take type unifrac, weighted or combined',
    ],
    [
      missing !== undefined,
      `the base head ${missing} of type ${encoderType} has no targets`,
      'give them in baseTargets',
    ],
    [surplus !== undefined, `the encoder of type ${encoderType} has no base head ${surplus}`, 'leave its targets out'],
    [
      nucleotidePenalty > 0 && !nucleotideHead,
      'hidden bases have a penalty but the encoder no head for them',
      'set nucleotidePenalty to 0',
    ],
    [
      nucleotidePenalty > 0 && freeze === 'asv',
      'hidden bases have a penalty but the level that reads them is frozen',
      'drop one of both',
    ],
  ];
  const found = contradictions.find(([isWrong]) => isWrong);
  if (found === undefined) return;
  throw trainError('TRAINING_OPTIONS', `PretrainingObjective: ${found[1]}; ${found[2]}.`);
}
