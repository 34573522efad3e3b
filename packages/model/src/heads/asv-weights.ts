// A linear term over ASVs that the model knows one by one. It knows no transformer and no feature table.
import { gatherRows, mul, type ParameterScope, scatterAddRows, type Tensor, tensor } from '@seq/tensor';
import { constantValues } from '../layers/initial-values.js';
import type { KnownSlots } from './known-asvs.js';

/** Options of {@link AsvWeights}. */
export interface AsvWeightsOptions {
  /** Number of ASVs that have weights. */
  readonly asvCount: number;
  /** Numbers per sample. */
  readonly outputs: number;
}

/** Relative abundances are counted in thousandths before their logarithm is taken: one read in a thousand is ln 2. */
const PER_WHOLE = 1000;
/** Keeps steps of an optimiser on these weights small beside those of the other layers. */
const SCALE = 0.125;

/**
 * Σ over the ASVs of a sample of w(ASV) · ln(1 + 1000 · relative abundance) / 8, with one weight per known ASV and output
 * that starts at zero. An ASV that is not known adds nothing.
 *
 * The wide part of a wide and deep model: it remembers what single ASVs say, while the transformer reads what their bases
 * and their company say.
 *
 * Parameters: `weight` [known ASVs, outputs].
 *
 * @remarks Attention All Microbes has nothing like it.
 * @see Cheng and others, "Wide & Deep Learning for Recommender Systems", 2016, doi:10.1145/2988450.2988454
 */
export class AsvWeights {
  /** One row per known ASV, [known ASVs, outputs]. */
  readonly weight: Tensor;

  constructor(scope: ParameterScope, { asvCount, outputs }: AsvWeightsOptions) {
    this.weight = scope.parameter('weight', [asvCount, outputs], constantValues(0));
  }

  /**
   * One row per sample, [B, outputs].
   *
   * @param known - where the known ASVs are.
   * @param sampleCount - B.
   */
  forward({ rows, samples, abundances }: KnownSlots, sampleCount: number): Tensor {
    const logs = abundances.map((abundance) => SCALE * Math.log1p(PER_WHOLE * abundance));
    const logs_k1 = tensor(logs, [logs.length, 1], { dtype: this.weight.dtype });
    return scatterAddRows(mul(gatherRows(this.weight, rows), logs_k1), samples, { rowCount: sampleCount });
  }
}
