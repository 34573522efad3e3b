// Scores of a predictor over a whole set of samples: its targets in their own units, read counts and hidden bases.
import { type CommunityBatch, normalizeCounts } from '@seq/data';
import type { PredictorOutput } from '@seq/model';
import { noGrad, type Tensor, tidy } from '@seq/tensor';
import { totalOf } from '../losses/total-loss.js';
import { CountMetrics } from '../metrics/count-metrics.js';
import type { TargetEvaluation } from '../targets/sample-target.js';
import type { AsvEmbeddings } from './asv-embeddings.js';
import type { FineTuningObjective } from './fine-tuning-objective.js';
import { addLosses, type LossSums, meanLosses, startLossSums } from './loss-sums.js';
import { NucleotideEvaluation } from './nucleotide-evaluation.js';
import type { Evaluation } from './objective.js';
import { predictionOf } from './prediction-of.js';
import type { Scores } from './training-state.js';

/** Evaluation of a {@link FineTuningObjective}. Sample weights do not count here, learned weights of terms do not either. */
export class FineTuningEvaluation implements Evaluation {
  readonly #objective: FineTuningObjective;
  readonly #targets: ReadonlyMap<string, TargetEvaluation>;
  readonly #counts = new CountMetrics();
  readonly #nucleotides: NucleotideEvaluation | undefined;
  #sums: LossSums = startLossSums();

  constructor(objective: FineTuningObjective, { seed }: { readonly seed: number }) {
    this.#objective = objective;
    this.#targets = new Map([...objective.targets].map(([name, target]) => [name, target.startEvaluation()]));
    const hasNucleotides = (objective.penalties.nucleotide ?? 0) > 0;
    if (hasNucleotides) this.#nucleotides = new NucleotideEvaluation(objective.encoder, { seed });
  }

  async add(batch: CommunityBatch, embeddings: AsvEmbeddings): Promise<void> {
    const input = this.#objective.input(batch);
    await this.#objective.prepare(batch);
    tidy(() =>
      noGrad(() => {
        const output = this.#objective.predictor.forward(input, { asvEmbeddings: embeddings.of(input) });
        for (const [name, target] of this.#targets) target.add(predictionOf(output, name), batch.sampleIds);
        this.#addCounts(batch, output.countPrediction);
        this.#addLosses(batch, output);
      }),
    );
    await this.#nucleotides?.add(input);
  }

  scores(): Scores {
    const { total: _total, ...terms } = meanLosses(this.#sums);
    const losses = { ...terms, ...(this.#nucleotides === undefined ? {} : { nucleotide: this.#nucleotides.loss }) };
    const counts = this.#counts.scores();
    return {
      losses: { ...losses, total: totalOf(losses, this.#objective.penalties) },
      metrics: {
        ...Object.assign({}, ...[...this.#targets].map(([name, target]) => named(name, target.scores()))),
        ...(counts.valueCount === 0 ? {} : { countMae: counts.mae, countMse: counts.mse }),
        ...(this.#nucleotides === undefined ? {} : { nucleotideAccuracy: this.#nucleotides.accuracy }),
      },
    };
  }

  #addCounts(batch: CommunityBatch, prediction: Tensor | undefined): void {
    if (prediction === undefined) return;
    this.#counts.add(prediction.toTypedArray(), normalizeCounts(batch, this.#objective.countNormalization));
  }

  #addLosses(batch: CommunityBatch, output: PredictorOutput): void {
    const targets = this.#objective.targetTerms(batch, output);
    const terms = Object.entries({ ...targets, ...this.#objective.termsBesideTargets(batch, output) });
    const values = Object.fromEntries(terms.map(([name, term]) => [name, term.item()]));
    this.#sums = addLosses(this.#sums, { ...values, total: 0 }, batch.sampleIds.length);
  }
}

/** Metrics of a further target have its name in front. */
function named(name: string, scores: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  if (name === '') return scores;
  return Object.fromEntries(Object.entries(scores).map(([metric, value]) => [`${name}:${metric}`, value]));
}
