// Scores of a predictor over a set of samples: errors of the target in its unit, and the mean of every term of the loss.
import { type CommunityBatch, normalizeCounts } from '@seq/data';
import type { PredictorOutput } from '@seq/model';
import { noGrad, type Tensor, tidy } from '@seq/tensor';
import { batchToDevice } from '../batch-to-device.js';
import { targetLoss } from '../losses/target-loss.js';
import { totalOf } from '../losses/total-loss.js';
import { CountMetrics } from '../metrics/count-metrics.js';
import { RegressionMetrics } from '../metrics/regression-metrics.js';
import { pointPredictions } from '../targets/point-predictions.js';
import type { AsvEmbeddings } from './asv-embeddings.js';
import type { FineTuningObjective } from './fine-tuning-objective.js';
import { addLosses, type LossSums, meanLosses, startLossSums } from './loss-sums.js';
import { NucleotideEvaluation } from './nucleotide-evaluation.js';
import type { Evaluation } from './objective.js';
import type { Scores } from './training-state.js';

/** Evaluation of a {@link FineTuningObjective}. Sample weights do not count here. */
export class FineTuningEvaluation implements Evaluation {
  readonly #objective: FineTuningObjective;
  readonly #target = new RegressionMetrics();
  readonly #counts = new CountMetrics();
  readonly #nucleotides: NucleotideEvaluation | undefined;
  #sums: LossSums = startLossSums();

  constructor(objective: FineTuningObjective, { seed }: { readonly seed: number }) {
    this.#objective = objective;
    if (objective.penalties.nucleotide > 0) this.#nucleotides = new NucleotideEvaluation(objective.encoder, { seed });
  }

  async add(batch: CommunityBatch, embeddings: AsvEmbeddings): Promise<void> {
    const input = batchToDevice(batch);
    tidy(() =>
      noGrad(() => {
        const output = this.#objective.predictor.forward(input, { asvEmbeddings: embeddings.of(input) });
        this.#addTarget(batch, output);
        this.#addCounts(batch, output.countPrediction);
        this.#addLosses(batch, output);
      }),
    );
    await this.#nucleotides?.add(input);
  }

  scores(): Scores {
    const { total: _total, ...terms } = meanLosses(this.#sums);
    const losses = { ...terms, ...(this.#nucleotides === undefined ? {} : { nucleotide: this.#nucleotides.loss }) };
    const { valueCount: _values, ...target } = this.#target.scores();
    const counts = this.#counts.scores();
    return {
      losses: { ...losses, total: totalOf(losses, this.#objective.penalties) },
      metrics: {
        ...target,
        ...(counts.valueCount === 0 ? {} : { countMae: counts.mae, countMse: counts.mse }),
        ...(this.#nucleotides === undefined ? {} : { nucleotideAccuracy: this.#nucleotides.accuracy }),
      },
    };
  }

  #addTarget({ sampleIds }: CommunityBatch, { targetPrediction }: PredictorOutput): void {
    const { targets } = this.#objective;
    this.#target.add(pointPredictions(targetPrediction, targets.transform), targets.actual(sampleIds));
  }

  #addCounts(batch: CommunityBatch, prediction: Tensor | undefined): void {
    if (prediction === undefined) return;
    this.#counts.add(prediction.toTypedArray(), normalizeCounts(batch, this.#objective.countNormalization));
  }

  #addLosses(batch: CommunityBatch, output: PredictorOutput): void {
    const { targets, loss } = this.#objective;
    const target = targetLoss(loss, output.targetPrediction, targets.scaled(batch.sampleIds));
    const terms = Object.entries({ target, ...this.#objective.termsBesideTarget(batch, output) });
    const values = Object.fromEntries(terms.map(([name, term]) => [name, term.item()]));
    this.#sums = addLosses(this.#sums, { ...values, total: 0 }, batch.sampleIds.length);
  }
}
