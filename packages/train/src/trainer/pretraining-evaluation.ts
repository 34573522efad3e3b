// Scores of an encoder over a whole set of samples: distances or base heads, and hidden bases.
import type { CommunityBatch } from '@seq/data';
import { noGrad, tidy } from '@seq/tensor';
import { batchToDevice } from '../batch-to-device.js';
import type { Comparison } from '../losses/distance-targets.js';
import { totalOf } from '../losses/total-loss.js';
import { RegressionMetrics } from '../metrics/regression-metrics.js';
import type { AsvEmbeddings } from './asv-embeddings.js';
import { NucleotideEvaluation } from './nucleotide-evaluation.js';
import type { Evaluation } from './objective.js';
import type { PretrainingObjective } from './pretraining-objective.js';
import type { Scores } from './training-state.js';

/** Errors of one target, and its weight in the loss. */
interface TargetErrors {
  readonly penalty: number;
  readonly metrics: RegressionMetrics;
}

type SampleTerm = 'unifrac' | 'base';

/** Evaluation of a {@link PretrainingObjective}. The loss of distances counts every pair of samples once. */
export class PretrainingEvaluation implements Evaluation {
  readonly #objective: PretrainingObjective;
  readonly #errors: Readonly<Record<SampleTerm, Map<string, TargetErrors>>> = { unifrac: new Map(), base: new Map() };
  readonly #nucleotides: NucleotideEvaluation | undefined;

  constructor(objective: PretrainingObjective, { seed }: { readonly seed: number }) {
    this.#objective = objective;
    const hasNucleotides = (objective.penalties.nucleotide ?? 0) > 0;
    if (hasNucleotides) this.#nucleotides = new NucleotideEvaluation(objective.encoder, { seed });
  }

  async add(batch: CommunityBatch, embeddings: AsvEmbeddings): Promise<void> {
    const input = batchToDevice(batch, this.#objective.encoder.config);
    await this.#objective.prepare(batch);
    tidy(() =>
      noGrad(() => {
        const output = this.#objective.encoder.forward(input, { asvEmbeddings: embeddings.of(input) });
        const { unifrac = [], base = [] } = this.#objective.comparisons(batch, output);
        for (const comparison of unifrac) this.#compare('unifrac', comparison);
        for (const comparison of base) this.#compare('base', comparison);
      }),
    );
    await this.#nucleotides?.add(input);
  }

  scores(): Scores {
    const { unifrac, base } = this.#errors;
    const losses = {
      ...(base.size === 0 ? {} : { base: weighted(base) }),
      ...(unifrac.size === 0 ? {} : { unifrac: weighted(unifrac) }),
      ...(this.#nucleotides === undefined ? {} : { nucleotide: this.#nucleotides.loss }),
    };
    const all = new RegressionMetrics();
    for (const { metrics } of (unifrac.size > 0 ? unifrac : base).values()) all.merge(metrics);
    const { mae, mse, rmse, r2 } = all.scores();
    return {
      losses: { ...losses, total: totalOf(losses, this.#objective.penalties) },
      metrics: {
        ...{ mae, mse, rmse, r2 },
        ...(this.#nucleotides === undefined ? {} : { nucleotideAccuracy: this.#nucleotides.accuracy }),
      },
    };
  }

  #compare(term: SampleTerm, { name, penalty, found, wanted }: Comparison): void {
    const errors = this.#errors[term].get(name) ?? { penalty, metrics: new RegressionMetrics() };
    errors.metrics.add(found.toTypedArray() as Float32Array | Float64Array, wanted);
    this.#errors[term].set(name, errors);
  }
}

/** The sum over targets of weight times mean squared error. */
function weighted(errors: ReadonlyMap<string, TargetErrors>): number {
  return [...errors.values()].reduce((sum, { penalty, metrics }) => sum + penalty * metrics.scores().mse, 0);
}
