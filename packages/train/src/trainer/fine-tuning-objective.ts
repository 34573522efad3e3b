// Fine-tuning: predict numbers or classes per sample, and beside it the read count of every ASV and what pre-training
// asked for.
import { type CommunityBatch, type CountNormalization, normalizeCounts } from '@seq/data';
import type {
  CommunityInput,
  ForwardOptions,
  PredictorForwardOptions,
  PredictorOutput,
  SequenceEncoder,
  SequencePredictor,
} from '@seq/model';
import type { ParameterStore, Tensor } from '@seq/tensor';
import { batchToDevice } from '../batch-to-device.js';
import { countLoss } from '../losses/count-loss.js';
import { LearnedWeights } from '../losses/learned-weights.js';
import { nucleotideLoss } from '../losses/nucleotide-loss.js';
import type { SampleWeights } from '../losses/sample-mean.js';
import { type LossTerm, type LossTerms, type Penalties, totalLoss } from '../losses/total-loss.js';
import { unifracLoss } from '../losses/unifrac-loss.js';
import { ClassTarget } from '../targets/class-target.js';
import { PreparedDistances } from '../targets/prepared-distances.js';
import type { SampleCategories } from '../targets/sample-categories.js';
import type { SampleTarget } from '../targets/sample-target.js';
import type { BestMetric } from './early-stopping.js';
import { FineTuningEvaluation } from './fine-tuning-evaluation.js';
import { type FineTuningObjectiveOptions, refuseContradictions, targetOf } from './fine-tuning-options.js';
import { freezeParameters } from './freeze-parameters.js';
import { mixedTargets } from './mixed-targets.js';
import type { Evaluation, Freeze, ObjectiveDescription, TrainingObjective } from './objective.js';
import { predictionOf } from './prediction-of.js';

/** Targets, read counts and the terms of pre-training as a {@link TrainingObjective}. */
export class FineTuningObjective implements TrainingObjective {
  readonly store: ParameterStore;
  readonly encoder: SequenceEncoder;
  readonly hasFixedAsvs: boolean;
  readonly penalties: Penalties;
  readonly metrics: readonly BestMetric[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** What is predicted, by the name of the output; the main target has an empty name. */
  readonly targets: ReadonlyMap<string, SampleTarget>;
  /** The model. */
  readonly predictor: SequencePredictor;
  /** How read counts become targets. */
  readonly countNormalization: CountNormalization;
  /** Euclidean distance that stands for tanh(1). */
  readonly distanceScale: number;
  /** Weights of the terms, if they are learned. */
  readonly learnedWeights: LearnedWeights | undefined;
  readonly #categories: SampleCategories | undefined;
  readonly #distances: PreparedDistances | undefined;
  readonly #sampleWeights: ReadonlyMap<string, number> | undefined;
  readonly #freeze: Freeze;

  /** @throws SeqError `TRAINING_OPTIONS` for options that contradict the predictor. */
  constructor(options: FineTuningObjectiveOptions) {
    const { store, predictor, freeze = 'none', weighting = 'fixed', moreTargets = new Map() } = options;
    const further = [...moreTargets].map(([name, { targets, loss }]) => [name, targetOf(targets, loss)] as const);
    const main = targetOf(options.targets, options.loss);
    this.store = store;
    this.predictor = predictor;
    this.encoder = predictor.base;
    this.targets = new Map([['', main], ...further]);
    this.countNormalization = options.countNormalization ?? 'log';
    this.distanceScale = options.distanceScale ?? 10;
    this.hasFixedAsvs = freeze !== 'none';
    this.#categories = options.categories;
    const { distances } = options;
    const isNamed = typeof distances === 'object';
    this.#distances = distances && new PreparedDistances(isNamed ? distances.distances : distances);
    this.#sampleWeights = options.sampleWeights;
    this.#freeze = freeze;
    this.penalties = {
      target: options.targetPenalty ?? 1,
      ...Object.fromEntries([...moreTargets].map(([name, { penalty = 1 }]) => [termOf(name), penalty])),
      count: predictor.config.countHead ? (options.countPenalty ?? 1) : 0,
      unifrac: options.distances === undefined ? 0 : (options.unifracPenalty ?? 1),
      nucleotide: options.nucleotidePenalty ?? 0,
    };
    const nucleotidePenalty = this.penalties.nucleotide ?? 0;
    refuseContradictions({ predictor, targets: this.targets, categories: this.#categories, nucleotidePenalty, freeze });
    freezeParameters(store, freeze);
    this.learnedWeights = weighting === 'learned' ? this.#learnedWeights() : undefined;
    this.metrics = ['loss', ...main.metrics, ...(nucleotidePenalty > 0 ? (['nucleotideAccuracy'] as const) : [])];
    const { penalties, countNormalization, distanceScale } = this;
    this.settings = {
      ...{ objective: 'fine-tuning', ...main.settings, penalties, countNormalization, distanceScale, freeze },
      ...(further.length > 0
        ? { moreTargets: Object.fromEntries(further.map(([name, { settings }]) => [name, settings])) }
        : {}),
      ...(isNamed ? { distances: [distances.name, distances.settings ?? {}] } : {}),
      ...(weighting === 'learned' ? { weighting } : {}),
    };
  }

  checkSamples(sampleIds: readonly string[]): void {
    for (const target of this.targets.values()) target.check(sampleIds);
    this.#categories?.check(sampleIds);
  }

  learnedTargets(sampleIds: readonly string[]): readonly Float64Array[] {
    return [...this.targets.values()].flatMap((target) => target.learned(sampleIds));
  }

  /** A batch as the predictor reads it, with the categories of its samples. */
  input(batch: CommunityBatch): CommunityInput {
    const input = batchToDevice(batch, this.encoder.config);
    return this.#categories === undefined ? input : { ...input, categories: this.#categories.of(batch.sampleIds) };
  }

  async prepare(batch: CommunityBatch): Promise<void> {
    if (this.#weighs('unifrac')) await this.#distances?.prepare(batch);
  }

  losses(batch: CommunityBatch, options: ForwardOptions): LossTerms<Tensor> {
    const forward: PredictorForwardOptions = {
      ...options,
      nucleotides: this.#weighs('nucleotide'),
      ...(this.#freeze === 'base' ? { baseTraining: false } : {}),
    };
    const output = this.predictor.forward(this.input(batch), forward);
    const weights = this.#sampleWeights;
    const sampleWeights =
      weights === undefined ? undefined : Float64Array.from(batch.sampleIds, (id) => weights.get(id) ?? 1);
    return { ...this.targetTerms(batch, output, { sampleWeights }), ...this.termsBesideTargets(batch, output) };
  }

  /** The loss of each target. */
  targetTerms(
    { sampleIds, targets }: CommunityBatch,
    output: PredictorOutput,
    weights: SampleWeights = {},
  ): LossTerms<Tensor> {
    const parts = targets && mixedTargets(targets, this.targets, sampleIds.length);
    const terms = [...this.targets].map(([name, target]) => {
      const [prediction, mixed] = [predictionOf(output, name), parts?.get(name)];
      const loss =
        mixed === undefined
          ? target.loss(prediction, sampleIds, weights)
          : target.lossOfLearned(prediction, mixed, weights);
      return [termOf(name), loss] as const;
    });
    return Object.fromEntries(terms);
  }

  /** The terms besides the targets, each if it has a weight. */
  termsBesideTargets(batch: CommunityBatch, output: PredictorOutput): LossTerms<Tensor> {
    const terms: Record<string, Tensor> = {};
    if (this.#weighs('count') && output.countPrediction !== undefined) {
      terms.count = countLoss(output.countPrediction, normalizeCounts(batch, this.countNormalization));
    }
    if (this.#weighs('unifrac') && this.#distances !== undefined) {
      terms.unifrac = unifracLoss(output.embeddings, this.#distances.of(batch), { scale: this.distanceScale });
    }
    if (this.#weighs('nucleotide') && output.nucleotideLogits !== undefined) {
      const { maskedPositions } = output;
      terms.nucleotide = nucleotideLoss(output.nucleotideLogits, batch.asvTokens, { maskedPositions });
    }
    return terms;
  }

  total(terms: LossTerms<Tensor>): Tensor {
    return this.learnedWeights?.total(terms) ?? totalLoss(terms, this.penalties);
  }

  startEvaluation({ seed }: { readonly seed: number }): Evaluation {
    return new FineTuningEvaluation(this, { seed });
  }

  describe(): ObjectiveDescription {
    const further = [...this.targets]
      .filter(([name]) => name !== '')
      .map(([name, target]) => [name, target.describe()]);
    const target = {
      ...this.targets.get('')!.describe(),
      countNormalization: this.countNormalization,
      ...(further.length === 0 ? {} : { more: Object.fromEntries(further) }),
    };
    const categories = this.#categories?.encoder.toJSON() ?? null;
    return { kind: 'predictor', model: this.predictor.config, target, categories };
  }

  #weighs(term: LossTerm): boolean {
    return (this.penalties[term] ?? 0) > 0;
  }

  #learnedWeights(): LearnedWeights {
    const terms = (Object.keys(this.penalties) as LossTerm[]).filter((term) => this.#weighs(term));
    const classes = [...this.targets].filter(([, target]) => target instanceof ClassTarget);
    return new LearnedWeights(
      this.store,
      terms,
      classes.map(([name]) => termOf(name)),
    );
  }
}

/** The term of a target by the name of its output. */
function termOf(name: string): LossTerm {
  return name === '' ? 'target' : `target:${name}`;
}
