// Pre-training: distances between sample embeddings should be those of the communities, base heads should say what is
// known of each sample, and hidden bases should be guessed.
import type { CommunityBatch } from '@seq/data';
import type { EncoderOutput, ForwardOptions, SequenceEncoder } from '@seq/model';
import { add, type ParameterStore, type Tensor } from '@seq/tensor';
import { batchToDevice } from '../batch-to-device.js';
import { baseLoss } from '../losses/base-loss.js';
import { type Comparison, type DistanceTarget, DistanceTargets, lossOfDistances } from '../losses/distance-targets.js';
import { LearnedWeights } from '../losses/learned-weights.js';
import { nucleotideLoss } from '../losses/nucleotide-loss.js';
import { type LossTerm, type LossTerms, type Penalties, totalLoss } from '../losses/total-loss.js';
import type { BestMetric } from './early-stopping.js';
import type { Evaluation, ObjectiveDescription, TrainingObjective } from './objective.js';
import { PretrainingEvaluation } from './pretraining-evaluation.js';
import {
  type BaseTargets,
  type PretrainingObjectiveOptions,
  refusePretrainingContradictions,
  type SampleReads,
} from './pretraining-options.js';

/** Distances between the samples of a batch, in condensed form; a promise where they are computed on another thread. */
export type BatchDistances<Found extends Float64Array | Promise<Float64Array> = Float64Array | Promise<Float64Array>> =
  (batch: CommunityBatch) => Found;

const ASV_LEVEL = 'sample_encoder.asv_encoder.';

/** Distances, base heads and hidden bases as a {@link TrainingObjective}. */
export class PretrainingObjective implements TrainingObjective {
  readonly store: ParameterStore;
  readonly encoder: SequenceEncoder;
  readonly hasFixedAsvs: boolean;
  readonly penalties: Penalties;
  readonly metrics: readonly BestMetric[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** Distances that embeddings should have, if there are some. */
  readonly distances: DistanceTargets | undefined;
  /** What the base heads should say. */
  readonly baseTargets: BaseTargets;
  /** Weights of the terms, if they are learned. */
  readonly learnedWeights: LearnedWeights | undefined;
  readonly #sampleReads: SampleReads;

  /** @throws SeqError `TRAINING_OPTIONS` for options that contradict the encoder. */
  constructor(options: PretrainingObjectiveOptions) {
    const { store, encoder, unifracPenalty = 1, basePenalty = 1, distanceScale = 10, freeze = 'none' } = options;
    const nucleotide = options.nucleotidePenalty ?? (encoder.config.nucleotideHead && freeze === 'none' ? 1 : 0);
    refusePretrainingContradictions(options, nucleotide);
    store.setTrainable((name) => freeze === 'asv' && name.startsWith(ASV_LEVEL), false);
    this.store = store;
    this.encoder = encoder;
    this.hasFixedAsvs = freeze === 'asv';
    this.baseTargets = options.baseTargets ?? {};
    const { distances = [], weighting = 'fixed', sampleReads = 'hidden' } = options;
    this.#sampleReads = sampleReads;
    const given: readonly DistanceTarget[] =
      typeof distances === 'function' ? [{ name: 'unifrac', distances }] : distances;
    const width = encoder.config.embeddingWidth;
    if (given.length > 0) this.distances = new DistanceTargets(store, given, { width, scale: distanceScale });
    const hasBase = encoder.baseHeads.names.length > 0;
    this.penalties = {
      ...(given.length > 0 ? { unifrac: unifracPenalty } : {}),
      ...(hasBase ? { base: basePenalty } : {}),
      nucleotide,
    };
    const terms = (Object.keys(this.penalties) as LossTerm[]).filter((term) => (this.penalties[term] ?? 0) > 0);
    if (weighting === 'learned') this.learnedWeights = new LearnedWeights(store, terms);
    const errors = ['mae', 'rmse', 'r2'] as const;
    this.metrics = ['loss', ...errors, ...(nucleotide > 0 ? (['nucleotideAccuracy'] as const) : [])];
    this.settings = {
      ...{ objective: 'pretraining', penalties: this.penalties, distanceScale, freeze },
      ...(given.length > 1 || given.some(({ settings }) => settings !== undefined)
        ? { distances: given.map(({ name, penalty = 1, settings = {} }) => [name, penalty, settings]) }
        : {}),
      ...(weighting === 'learned' ? { weighting } : {}),
      ...(sampleReads === 'whole' ? { sampleReads } : {}),
    };
  }

  checkSamples(): void {}

  async prepare(batch: CommunityBatch): Promise<void> {
    await this.distances?.prepare(batch);
  }

  losses(batch: CommunityBatch, options: ForwardOptions): LossTerms<Tensor> {
    const input = batchToDevice(batch, this.encoder.config);
    const nucleotides = (this.penalties.nucleotide ?? 0) > 0;
    const areApart = nucleotides && this.#sampleReads === 'whole';
    const output = this.encoder.forward(input, { ...options, nucleotides: nucleotides && !areApart });
    const guessed = areApart ? this.encoder.encodeAsvs(input, { ...options, nucleotides }) : output;
    const { nucleotideLogits, maskedPositions } = guessed;
    return {
      ...this.#termsOfSamples(batch, output),
      ...(nucleotideLogits === undefined
        ? {}
        : { nucleotide: nucleotideLoss(nucleotideLogits, input.asvTokens, { maskedPositions }) }),
    };
  }

  /** The losses of distances and base heads. */
  #termsOfSamples(batch: CommunityBatch, output: EncoderOutput): LossTerms<Tensor> {
    const { unifrac, base } = this.comparisons(batch, output);
    return {
      ...(unifrac === undefined ? {} : { unifrac: lossOfDistances(unifrac) }),
      ...(base === undefined ? {} : { base: base.map(({ found, wanted }) => baseLoss(found, wanted)).reduce(add) }),
    };
  }

  /** What the model says of the samples of a batch beside what it should say, by the term of the loss. */
  comparisons(
    batch: CommunityBatch,
    { embeddings, baseOutputs }: EncoderOutput,
  ): Readonly<Partial<Record<'unifrac' | 'base', readonly Comparison[]>>> {
    const base = this.encoder.baseHeads.names.map((name) => {
      return { name, penalty: 1, found: baseOutputs[name]!, wanted: this.baseTargets[name]!(batch) };
    });
    return {
      ...(this.distances === undefined ? {} : { unifrac: this.distances.comparisons(embeddings, batch) }),
      ...(base.length === 0 ? {} : { base }),
    };
  }

  total(terms: LossTerms<Tensor>): Tensor {
    return this.learnedWeights?.total(terms) ?? totalLoss(terms, this.penalties);
  }

  startEvaluation({ seed }: { readonly seed: number }): Evaluation {
    return new PretrainingEvaluation(this, { seed });
  }

  describe(): ObjectiveDescription {
    return { kind: 'encoder', model: this.encoder.config, target: null, categories: null };
  }
}
