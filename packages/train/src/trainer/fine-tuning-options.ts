// What fine-tuning can be told, and what of it contradicts the predictor. It computes no loss.
import type { CountNormalization } from '@seq/data';
import type { OutputConfig, SequencePredictor } from '@seq/model';
import type { ParameterStore } from '@seq/tensor';
import { trainError } from '../errors.js';
import type { DistanceTarget } from '../losses/distance-targets.js';
import type { TargetLoss } from '../losses/target-loss.js';
import { ClassTarget } from '../targets/class-target.js';
import { NumericTarget } from '../targets/numeric-target.js';
import type { SampleCategories } from '../targets/sample-categories.js';
import type { SampleTarget } from '../targets/sample-target.js';
import type { TargetValues } from '../targets/target-values.js';
import type { Freeze } from './objective.js';
import type { BatchDistances } from './pretraining-objective.js';

/** A target besides the main one. */
export interface FurtherTarget {
  /** Numbers, or classes. */
  readonly targets: TargetValues | ClassTarget;
  /** How errors of numbers are measured. Default Huber with delta 1. */
  readonly loss?: TargetLoss | undefined;
  /** Weight of its loss. Default 1. */
  readonly penalty?: number | undefined;
}

/** Options of {@link FineTuningObjective}. */
export interface FineTuningObjectiveOptions {
  /** Parameters of the predictor. */
  readonly store: ParameterStore;
  /** The predictor; its own output is the main target. */
  readonly predictor: SequencePredictor;
  /** What it should predict: numbers, or classes. */
  readonly targets: TargetValues | ClassTarget;
  /** How errors of numbers are measured. Default Huber with delta 1. */
  readonly loss?: TargetLoss | undefined;
  /** The targets of the predictor's further outputs, by their names. Default: none. */
  readonly moreTargets?: ReadonlyMap<string, FurtherTarget> | undefined;
  /** Categories of the samples, where the predictor has some. Default: none. */
  readonly categories?: SampleCategories | undefined;
  /** Weight of each sample's target loss in training, by sample id; others weigh 1. Default: all weigh 1. */
  readonly sampleWeights?: ReadonlyMap<string, number> | undefined;
  /** How read counts become targets of the count head. Default `log`. */
  readonly countNormalization?: CountNormalization | undefined;
  /** Distances that embeddings of the base should have. Default: this term is left out. */
  readonly distances?: BatchDistances | Omit<DistanceTarget, 'penalty'> | undefined;
  /** Weight of the target loss. Default 1. */
  readonly targetPenalty?: number | undefined;
  /** Weight of the read-count loss, if the predictor has a count head. Default 1. */
  readonly countPenalty?: number | undefined;
  /** Weight of the distance loss, if there are distances. Default 1. */
  readonly unifracPenalty?: number | undefined;
  /** Weight of the loss of hidden bases. Default 0: none are hidden. */
  readonly nucleotidePenalty?: number | undefined;
  /**
   * `fixed`: the terms weigh what the penalties say. `learned`: they weigh what the model learns about their uncertainty,
   * and penalties only say, by 0, which terms there are; see {@link LearnedWeights}. Default `fixed`.
   */
  readonly weighting?: 'fixed' | 'learned' | undefined;
  /** Euclidean distance that stands for tanh(1). Default 10. */
  readonly distanceScale?: number | undefined;
  /** What is not trained; a frozen part runs without dropout. Default `none`. */
  readonly freeze?: Freeze | undefined;
}

/** A target with its loss; numbers have the given one, or Huber. */
export function targetOf(targets: TargetValues | ClassTarget, loss: TargetLoss | undefined): SampleTarget {
  if (!(targets instanceof ClassTarget)) return new NumericTarget(targets, loss ?? { kind: 'huber' });
  if (loss === undefined) return targets;
  throw contradiction(`the target is a class, its loss ${loss.kind}`, 'leave the loss out');
}

/** What there is to contradict each other. */
export interface FineTuningParts {
  readonly predictor: SequencePredictor;
  /** The main target has an empty name. */
  readonly targets: ReadonlyMap<string, SampleTarget>;
  readonly categories: SampleCategories | undefined;
  readonly nucleotidePenalty: number;
  readonly freeze: Freeze;
}

/** @throws SeqError `TRAINING_OPTIONS` for the first contradiction. */
export function refuseContradictions(parts: FineTuningParts): void {
  const { predictor, targets, categories, nucleotidePenalty, freeze } = parts;
  const { base, moreTargets, categories: wanted } = predictor.config;
  const outputs = new Map<string, OutputConfig>([
    ['', predictor.config],
    ...moreTargets.map((output) => [output.name, output] as const),
  ]);
  const unknown = [...targets.keys()].find((name) => !outputs.has(name));
  if (unknown !== undefined) throw contradiction(`the predictor has no output "${unknown}"`, 'leave the target out');
  for (const [name, output] of outputs) {
    const target = targets.get(name);
    const found = target === undefined ? ['it has no target', 'give it one'] : target.contradiction(output);
    if (found !== undefined) throw contradiction(`${name === '' ? '' : `output "${name}": `}${found[0]}`, found[1]!);
  }
  const columns = (wanted?.columns ?? []).map(({ name, cardinality }) => [name, cardinality]);
  const known = (categories?.encoder.schema() ?? []).map(({ name, cardinality }) => [name, cardinality]);
  if (JSON.stringify(columns) !== JSON.stringify(known)) {
    const shown = (list: readonly unknown[]): string => (list.length === 0 ? 'no categories' : JSON.stringify(list));
    throw contradiction(`the predictor has ${shown(columns)}, the samples ${shown(known)}`, 'make them equal');
  }
  if (nucleotidePenalty === 0) return;
  if (!base.nucleotideHead) {
    throw contradiction('hidden bases have a penalty but the base no head for them', 'set it to 0');
  }
  if (freeze !== 'none')
    throw contradiction('hidden bases have a penalty but their level is frozen', 'drop one of both');
}

function contradiction(found: string, remedy: string): Error {
  return trainError('TRAINING_OPTIONS', `FineTuningObjective: ${found}; ${remedy}.`);
}
