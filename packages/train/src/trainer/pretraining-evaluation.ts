// Scores of an encoder over a whole set of samples: distances or base heads, and hidden bases.
import type { CommunityBatch } from '@seq/data';
import { noGrad, tidy } from '@seq/tensor';
import { batchToDevice } from '../batch-to-device.js';
import { totalOf } from '../losses/total-loss.js';
import { RegressionMetrics } from '../metrics/regression-metrics.js';
import type { AsvEmbeddings } from './asv-embeddings.js';
import { addLosses, type LossSums, meanLosses, startLossSums } from './loss-sums.js';
import { NucleotideEvaluation } from './nucleotide-evaluation.js';
import type { Evaluation } from './objective.js';
import type { PretrainingObjective } from './pretraining-objective.js';
import type { Scores } from './training-state.js';

/** Evaluation of a {@link PretrainingObjective}. The loss of distances counts every pair of samples once. */
export class PretrainingEvaluation implements Evaluation {
  readonly #objective: PretrainingObjective;
  readonly #pairs = new RegressionMetrics();
  readonly #nucleotides: NucleotideEvaluation | undefined;
  #sums: LossSums = startLossSums();
  #pairCount = 0;
  #distanceSum = 0;

  constructor(objective: PretrainingObjective, { seed }: { readonly seed: number }) {
    this.#objective = objective;
    const hasNucleotides = (objective.penalties.nucleotide ?? 0) > 0;
    if (hasNucleotides) this.#nucleotides = new NucleotideEvaluation(objective.encoder, { seed });
  }

  async add(batch: CommunityBatch, embeddings: AsvEmbeddings): Promise<void> {
    const input = batchToDevice(batch);
    tidy(() =>
      noGrad(() => {
        const output = this.#objective.encoder.forward(input, { asvEmbeddings: embeddings.of(input) });
        for (const [found, wanted] of this.#objective.pairs(batch, output)) this.#pairs.add(found, wanted);
        const { unifrac, ...terms } = this.#objective.termsOfSamples(batch, output);
        const samples = batch.sampleIds.length;
        const pairs = (samples * (samples - 1)) / 2;
        this.#pairCount += pairs;
        this.#distanceSum += pairs * (unifrac?.item() ?? 0);
        const values = Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, term.item()]));
        this.#sums = addLosses(this.#sums, { ...values, total: 0 }, samples);
      }),
    );
    await this.#nucleotides?.add(input);
  }

  scores(): Scores {
    const { mae, mse, rmse, r2 } = this.#pairs.scores();
    const { total: _total, ...base } = meanLosses(this.#sums);
    const losses = {
      ...base,
      ...(this.#objective.distances === undefined ? {} : { unifrac: this.#distanceSum / Math.max(this.#pairCount, 1) }),
      ...(this.#nucleotides === undefined ? {} : { nucleotide: this.#nucleotides.loss }),
    };
    return {
      losses: { ...losses, total: totalOf(losses, this.#objective.penalties) },
      metrics: {
        ...{ mae, mse, rmse, r2 },
        ...(this.#nucleotides === undefined ? {} : { nucleotideAccuracy: this.#nucleotides.accuracy }),
      },
    };
  }
}
