// Pre-training: distances between sample embeddings should be UniFrac distances, and hidden bases should be guessed.
import type { CommunityBatch } from '@seq/data';
import type { ForwardOptions, SequenceEncoder } from '@seq/model';
import { noGrad, type ParameterStore, type Tensor, tidy } from '@seq/tensor';
import { batchToDevice } from '../batch-to-device.js';
import { trainError } from '../errors.js';
import { nucleotideLoss } from '../losses/nucleotide-loss.js';
import type { LossTerms } from '../losses/total-loss.js';
import { totalOf } from '../losses/total-loss.js';
import { embeddingDistances, unifracLoss } from '../losses/unifrac-loss.js';
import { RegressionMetrics } from '../metrics/regression-metrics.js';
import type { AsvEmbeddings } from './asv-embeddings.js';
import type { BestMetric } from './early-stopping.js';
import { NucleotideEvaluation } from './nucleotide-evaluation.js';
import type { Evaluation, Freeze, ObjectiveDescription, TrainingObjective } from './objective.js';
import type { Scores } from './training-state.js';

/** UniFrac distances between the samples of a batch, in condensed form. */
export type BatchDistances = (batch: CommunityBatch) => Float64Array;

/** Options of {@link PretrainingObjective}. */
export interface PretrainingObjectiveOptions {
  /** Parameters of the encoder. */
  readonly store: ParameterStore;
  /** The encoder, of type `unifrac` or `weighted`: both learn whatever distances are given. */
  readonly encoder: SequenceEncoder;
  /** Distances that embeddings should have. */
  readonly distances: BatchDistances;
  /** Weight of the distance loss. Default 1. */
  readonly unifracPenalty?: number | undefined;
  /** Weight of the loss of hidden bases; 0 hides none. Default 1, or 0 if the encoder has no head for it. */
  readonly nucleotidePenalty?: number | undefined;
  /** Euclidean distance that stands for tanh(1). Default 10. */
  readonly distanceScale?: number | undefined;
  /** What is not trained. Default `none`; `asv` is possible without hidden bases. */
  readonly freeze?: Exclude<Freeze, 'base'> | undefined;
}

const ASV_LEVEL = 'sample_encoder.asv_encoder.';

/** UniFrac distances and hidden bases as a {@link TrainingObjective}. */
export class PretrainingObjective implements TrainingObjective {
  readonly store: ParameterStore;
  readonly encoder: SequenceEncoder;
  readonly hasFixedAsvs: boolean;
  readonly penalties: Readonly<Record<'unifrac' | 'nucleotide', number>>;
  readonly metrics: readonly BestMetric[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly #distances: BatchDistances;
  readonly #scale: number;

  /** @throws SeqError `TRAINING_OPTIONS` for penalties or a freeze that contradict the encoder. */
  constructor(options: PretrainingObjectiveOptions) {
    const { store, encoder, distances, unifracPenalty = 1, distanceScale = 10, freeze = 'none' } = options;
    const { nucleotideHead, encoderType } = encoder.config;
    const nucleotide = options.nucleotidePenalty ?? (nucleotideHead && freeze === 'none' ? 1 : 0);
    if (encoderType !== 'unifrac' && encoderType !== 'weighted') {
      throw contradiction(`the encoder is of type ${encoderType}`, 'take type unifrac or weighted');
    }
    if (nucleotide > 0 && !nucleotideHead) {
      throw contradiction('hidden bases have a penalty but the encoder no head for them', 'set nucleotidePenalty to 0');
    }
    if (nucleotide > 0 && freeze === 'asv') {
      throw contradiction('hidden bases have a penalty but the level that reads them is frozen', 'drop one of both');
    }
    store.setTrainable((name) => freeze === 'asv' && name.startsWith(ASV_LEVEL), false);
    this.store = store;
    this.encoder = encoder;
    this.hasFixedAsvs = freeze === 'asv';
    this.penalties = { unifrac: unifracPenalty, nucleotide };
    this.metrics = ['loss', 'mae', 'rmse', 'r2', ...(nucleotide > 0 ? (['nucleotideAccuracy'] as const) : [])];
    this.settings = { objective: 'pretraining', penalties: this.penalties, distanceScale, freeze };
    this.#distances = distances;
    this.#scale = distanceScale;
  }

  checkSamples(): void {}

  losses(batch: CommunityBatch, options: ForwardOptions): LossTerms<Tensor> {
    const input = batchToDevice(batch);
    const nucleotides = this.penalties.nucleotide > 0;
    const { embeddings, nucleotideLogits, maskedPositions } = this.encoder.forward(input, { ...options, nucleotides });
    return {
      unifrac: unifracLoss(embeddings, this.#distances(batch), { scale: this.#scale }),
      ...(nucleotideLogits === undefined
        ? {}
        : { nucleotide: nucleotideLoss(nucleotideLogits, input.asvTokens, { maskedPositions }) }),
    };
  }

  startEvaluation({ seed }: { readonly seed: number }): Evaluation {
    const pairs = new RegressionMetrics();
    const nucleotides = new NucleotideEvaluation(this.encoder, { seed });
    const hasNucleotides = this.penalties.nucleotide > 0;
    return {
      add: async (batch, embeddings) => {
        pairs.add(this.#embeddingDistances(batch, embeddings), this.#distances(batch));
        if (hasNucleotides) await nucleotides.add(batchToDevice(batch));
      },
      scores: () => this.#scores(pairs, hasNucleotides ? nucleotides : undefined),
    };
  }

  describe(): ObjectiveDescription {
    return { kind: 'encoder', model: this.encoder.config, target: null, categories: null };
  }

  #embeddingDistances(batch: CommunityBatch, embeddings: AsvEmbeddings): ArrayLike<number> {
    const input = batchToDevice(batch);
    return tidy(() =>
      noGrad(() => {
        const output = this.encoder.forward(input, { asvEmbeddings: embeddings.of(input) });
        return embeddingDistances(output.embeddings, { scale: this.#scale }).toTypedArray();
      }),
    );
  }

  #scores(pairs: RegressionMetrics, nucleotides: NucleotideEvaluation | undefined): Scores {
    const { mae, mse, rmse, r2 } = pairs.scores();
    const terms = { unifrac: mse, ...(nucleotides === undefined ? {} : { nucleotide: nucleotides.loss }) };
    return {
      losses: { ...terms, total: totalOf(terms, this.penalties) },
      metrics: {
        mae,
        mse,
        rmse,
        r2,
        ...(nucleotides === undefined ? {} : { nucleotideAccuracy: nucleotides.accuracy }),
      },
    };
  }
}

function contradiction(found: string, remedy: string): Error {
  return trainError('TRAINING_OPTIONS', `PretrainingObjective: ${found}; ${remedy}.`);
}
