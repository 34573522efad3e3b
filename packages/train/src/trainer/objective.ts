// What a run optimises, seen from the training loop: terms of a loss per batch, scores over a set, and a description.
// The loop knows this interface and no model; objectives know a model and no loop.
import type { CommunityBatch } from '@seq/data';
import type { ForwardOptions, SequenceEncoder } from '@seq/model';
import type { ParameterStore, Tensor } from '@seq/tensor';
import type { CheckpointDescription } from '../checkpoint/checkpoint.js';
import type { LossTerms, Penalties } from '../losses/total-loss.js';
import type { AsvEmbeddings } from './asv-embeddings.js';
import type { BestMetric } from './early-stopping.js';
import type { Scores } from './training-state.js';

/** What of a model is left as it is. */
export type Freeze = 'none' | 'asv' | 'base';

/** Kind, configuration and target of the model, as checkpoints record them. */
export type ObjectiveDescription = Pick<CheckpointDescription, 'kind' | 'model' | 'target' | 'categories'>;

/** Scores of a set of samples, batch by batch. */
export interface Evaluation {
  /**
   * Takes in a batch.
   *
   * @param embeddings - holds every ASV of the batch.
   */
  add(batch: CommunityBatch, embeddings: AsvEmbeddings): Promise<void>;
  /** The scores of everything taken in. */
  scores(): Scores;
}

/** A model together with what it should become good at. */
export interface TrainingObjective {
  /** Parameters of the model; those that must not change are frozen. */
  readonly store: ParameterStore;
  /** The part that reads ASVs. */
  readonly encoder: SequenceEncoder;
  /** Whether embeddings of ASVs never change, so that each is computed once. */
  readonly hasFixedAsvs: boolean;
  /** Weight of every term. */
  readonly penalties: Penalties;
  /** Metrics that its evaluations give. */
  readonly metrics: readonly BestMetric[];
  /** Settings that decide what a step computes, as plain data. */
  readonly settings: Readonly<Record<string, unknown>>;
  /**
   * Refuses samples for which something is missing.
   *
   * @throws SeqError `TRAINING_DATA` naming the first ones.
   */
  checkSamples(sampleIds: readonly string[]): void;
  /**
   * What is learned of samples besides their reads, one array per number, as augmentation may mix it. Batches that have
   * `targets` then have them in this order, mixed, and {@link TrainingObjective.losses} takes those.
   *
   * @remarks Optional. Default: nothing that could be mixed.
   */
  learnedTargets?(sampleIds: readonly string[]): readonly Float64Array[];
  /**
   * Computes on other threads what the losses of a batch need to know. It is awaited before the losses of the batch are
   * asked for, in training and in evaluation.
   *
   * @remarks Optional. Default: nothing.
   */
  prepare?(batch: CommunityBatch): Promise<void>;
  /** Terms of the loss of a training batch, one number each. */
  losses(batch: CommunityBatch, options: ForwardOptions): LossTerms<Tensor>;
  /**
   * The loss that is minimised, from its terms.
   *
   * @remarks Optional. Default: their sum, each times its penalty.
   */
  total?(terms: LossTerms<Tensor>): Tensor;
  /** Starts the scoring of a set of samples. */
  startEvaluation(options: { readonly seed: number }): Evaluation;
  /** What a checkpoint says about it. */
  describe(): ObjectiveDescription;
}
