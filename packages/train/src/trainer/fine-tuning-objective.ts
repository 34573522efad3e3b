// Fine-tuning: predict a number per sample, and beside it the read count of every ASV and what pre-training asked for.
import { type CommunityBatch, type CountNormalization, normalizeCounts } from '@seq/data';
import type { ForwardOptions, PredictorOutput, SequenceEncoder, SequencePredictor } from '@seq/model';
import type { ParameterStore, Tensor } from '@seq/tensor';
import { batchToDevice } from '../batch-to-device.js';
import { trainError } from '../errors.js';
import { countLoss } from '../losses/count-loss.js';
import { nucleotideLoss } from '../losses/nucleotide-loss.js';
import { type TargetLoss, targetLoss } from '../losses/target-loss.js';
import type { LossTerm } from '../losses/total-loss.js';
import { unifracLoss } from '../losses/unifrac-loss.js';
import type { TargetValues } from '../targets/target-values.js';
import type { BestMetric } from './early-stopping.js';
import { FineTuningEvaluation } from './fine-tuning-evaluation.js';
import { freezeParameters } from './freeze-parameters.js';
import type { Evaluation, Freeze, ObjectiveDescription, TrainingObjective } from './objective.js';
import type { BatchDistances } from './pretraining-objective.js';

/** Options of {@link FineTuningObjective}. */
export interface FineTuningObjectiveOptions {
  /** Parameters of the predictor. */
  readonly store: ParameterStore;
  /** The predictor, of one output. */
  readonly predictor: SequencePredictor;
  /** What it should predict. */
  readonly targets: TargetValues;
  /** How errors of the target are measured. Default Huber with delta 1. */
  readonly loss?: TargetLoss | undefined;
  /** Weight of each sample's target loss in training, by sample id; others weigh 1. Default: all weigh 1. */
  readonly sampleWeights?: ReadonlyMap<string, number> | undefined;
  /** How read counts become targets of the count head. Default `log`. */
  readonly countNormalization?: CountNormalization | undefined;
  /** Distances that embeddings of the base should have. Default: this term is left out. */
  readonly distances?: BatchDistances | undefined;
  /** Weight of the target loss. Default 1. */
  readonly targetPenalty?: number | undefined;
  /** Weight of the read-count loss, if the predictor has a count head. Default 1. */
  readonly countPenalty?: number | undefined;
  /** Weight of the distance loss, if there are distances. Default 1. */
  readonly unifracPenalty?: number | undefined;
  /** Weight of the loss of hidden bases. Default 0: none are hidden. */
  readonly nucleotidePenalty?: number | undefined;
  /** Euclidean distance that stands for tanh(1). Default 10. */
  readonly distanceScale?: number | undefined;
  /** What is not trained; a frozen part runs without dropout. Default `none`. */
  readonly freeze?: Freeze | undefined;
}

/** Target, read counts and the terms of pre-training as a {@link TrainingObjective}. */
export class FineTuningObjective implements TrainingObjective {
  readonly store: ParameterStore;
  readonly encoder: SequenceEncoder;
  readonly hasFixedAsvs: boolean;
  readonly penalties: Readonly<Record<LossTerm, number>>;
  readonly metrics: readonly BestMetric[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** How errors of the target are measured. */
  readonly loss: TargetLoss;
  /** What is predicted. */
  readonly targets: TargetValues;
  /** The model. */
  readonly predictor: SequencePredictor;
  /** How read counts become targets. */
  readonly countNormalization: CountNormalization;
  /** Euclidean distance that stands for tanh(1). */
  readonly distanceScale: number;
  readonly #distances: BatchDistances | undefined;
  readonly #sampleWeights: ReadonlyMap<string, number> | undefined;
  readonly #freeze: Freeze;

  /** @throws SeqError `TRAINING_OPTIONS` for options that contradict the predictor. */
  constructor(options: FineTuningObjectiveOptions) {
    const { store, predictor, freeze = 'none', loss = { kind: 'huber' } } = options;
    this.store = store;
    this.predictor = predictor;
    this.encoder = predictor.base;
    this.targets = options.targets;
    this.loss = loss;
    this.countNormalization = options.countNormalization ?? 'log';
    this.distanceScale = options.distanceScale ?? 10;
    this.#distances = options.distances;
    this.#sampleWeights = options.sampleWeights;
    this.#freeze = freeze;
    this.penalties = {
      target: options.targetPenalty ?? 1,
      count: predictor.config.countHead ? (options.countPenalty ?? 1) : 0,
      unifrac: options.distances === undefined ? 0 : (options.unifracPenalty ?? 1),
      nucleotide: options.nucleotidePenalty ?? 0,
    };
    this.hasFixedAsvs = freeze !== 'none';
    this.#check();
    freezeParameters(store, freeze);
    const hasNucleotides = this.penalties.nucleotide > 0;
    this.metrics = ['loss', 'mae', 'rmse', 'r2', ...(hasNucleotides ? (['nucleotideAccuracy'] as const) : [])];
    const { penalties, countNormalization, distanceScale } = this;
    this.settings = { objective: 'fine-tuning', loss, penalties, countNormalization, distanceScale, freeze };
  }

  checkSamples(sampleIds: readonly string[]): void {
    this.targets.check(sampleIds);
  }

  losses(batch: CommunityBatch, options: ForwardOptions): Readonly<Partial<Record<LossTerm, Tensor>>> {
    const output = this.predictor.forward(batchToDevice(batch), {
      ...options,
      nucleotides: this.penalties.nucleotide > 0,
      ...(this.#freeze === 'base' ? { baseTraining: false } : {}),
    });
    const sampleWeights =
      this.#sampleWeights === undefined
        ? undefined
        : Float64Array.from(batch.sampleIds, (id) => this.#sampleWeights?.get(id) ?? 1);
    const target = this.targets.scaled(batch.sampleIds);
    return {
      target: targetLoss(this.loss, output.targetPrediction, target, { sampleWeights }),
      ...this.termsBesideTarget(batch, output),
    };
  }

  /** The terms besides the target, each if it has a weight. */
  termsBesideTarget(batch: CommunityBatch, output: PredictorOutput): Partial<Record<LossTerm, Tensor>> {
    const { count, unifrac, nucleotide } = this.penalties;
    const terms: Partial<Record<LossTerm, Tensor>> = {};
    if (count > 0 && output.countPrediction !== undefined) {
      terms.count = countLoss(output.countPrediction, normalizeCounts(batch, this.countNormalization));
    }
    if (unifrac > 0 && this.#distances !== undefined) {
      terms.unifrac = unifracLoss(output.embeddings, this.#distances(batch), { scale: this.distanceScale });
    }
    if (nucleotide > 0 && output.nucleotideLogits !== undefined) {
      const { maskedPositions } = output;
      terms.nucleotide = nucleotideLoss(output.nucleotideLogits, batch.asvTokens, { maskedPositions });
    }
    return terms;
  }

  startEvaluation({ seed }: { readonly seed: number }): Evaluation {
    return new FineTuningEvaluation(this, { seed });
  }

  describe(): ObjectiveDescription {
    const { column, transform } = this.targets;
    const quantiles = this.loss.kind === 'quantile' ? this.loss.quantiles : null;
    const target = { column, transform, countNormalization: this.countNormalization, quantiles };
    return { kind: 'predictor', model: this.predictor.config, target, categories: null };
  }

  #check(): void {
    const { outputWidth, quantileCount, base, outputActivation, categories } = this.predictor.config;
    const quantiles = this.loss.kind === 'quantile' ? this.loss.quantiles.length : 0;
    const { nucleotide } = this.penalties;
    const contradictions: readonly (readonly [boolean, string, string])[] = [
      [outputWidth !== 1, `the predictor has ${outputWidth} outputs`, 'give it one'],
      [outputActivation === 'logSoftmax', 'the predictor is a classifier', 'give it another output activation'],
      [categories !== null, 'the predictor has categories', 'leave them out'],
      [
        quantiles !== quantileCount,
        `the predictor has ${quantileCount} quantiles, the loss ${quantiles}`,
        'make them equal',
      ],
      [
        nucleotide > 0 && !base.nucleotideHead,
        'hidden bases have a penalty but the base no head for them',
        'set it to 0',
      ],
      [
        nucleotide > 0 && this.hasFixedAsvs,
        'hidden bases have a penalty but their level is frozen',
        'drop one of both',
      ],
    ];
    const found = contradictions.find(([isWrong]) => isWrong);
    if (found === undefined) return;
    throw trainError('TRAINING_OPTIONS', `FineTuningObjective: ${found[1]}; ${found[2]}.`);
  }
}
