// One target of fine-tuning, seen from the objective: its loss, its scores, and what a checkpoint says about it.
import type { OutputConfig } from '@seq/model';
import type { Tensor } from '@seq/tensor';
import type { TargetSettings } from '../checkpoint/checkpoint.js';
import type { SampleWeights } from '../losses/sample-mean.js';
import type { BestMetric } from '../trainer/early-stopping.js';

/** Scores of a set of samples, batch by batch. */
export interface TargetEvaluation {
  /** Takes in the predictions of a batch. */
  add(prediction: Tensor, sampleIds: readonly string[]): void;
  /** Metrics of everything taken in. */
  scores(): Readonly<Record<string, number>>;
}

/** A target with its values, its loss and its metrics. */
export interface SampleTarget {
  /** Numbers that the model learns of a sample: 1, or one per class. */
  readonly width: number;
  /** Metrics that its evaluations give. */
  readonly metrics: readonly BestMetric[];
  /** Settings that decide its loss, as plain data. */
  readonly settings: Readonly<Record<string, unknown>>;
  /**
   * Refuses samples without a value.
   *
   * @throws SeqError `TRAINING_DATA` naming the first ones.
   */
  check(sampleIds: readonly string[]): void;
  /** Its loss, one number. */
  loss(prediction: Tensor, sampleIds: readonly string[], weights: SampleWeights): Tensor;
  /** What the model learns of samples, as augmentation may mix it: `width` arrays of one number per sample. */
  learned(sampleIds: readonly string[]): readonly Float64Array[];
  /** Its loss where what is learned was mixed: [B, width], sample after sample. */
  lossOfLearned(prediction: Tensor, values: Float64Array, weights: SampleWeights): Tensor;
  /** Starts the scoring of a set of samples. */
  startEvaluation(): TargetEvaluation;
  /** What a checkpoint says about it. */
  describe(): Omit<TargetSettings, 'countNormalization'>;
  /** What is wrong about predicting it by an output, with what to do: the first of both, or undefined. */
  contradiction(output: OutputConfig): readonly [found: string, remedy: string] | undefined;
}
