// A linear term over ASVs that the model knows one by one. It knows no transformer and no feature table.
import { gatherRows, mul, type ParameterScope, scatterAddRows, type Tensor, tensor } from '@seq/tensor';
import { type CommunityInput, sampleOfSlot } from '../community-input.js';
import { constantValues } from '../layers/initial-values.js';

/** Options of {@link AsvWeights}. */
export interface AsvWeightsOptions {
  /** DNA of the ASVs that have weights; what stands behind `basesPerAsv` letters does not count. */
  readonly asvs: readonly string[];
  /** Bases that are read of an ASV. Default: all. */
  readonly basesPerAsv?: number | undefined;
  /** Numbers per sample. */
  readonly outputs: number;
}

/** Relative abundances are counted in thousandths before their logarithm is taken: one read in a thousand is ln 2. */
const PER_WHOLE = 1000;
/** Keeps steps of an optimiser on these weights small beside those of the other layers. */
const SCALE = 0.125;
const LETTERS = 'NACGT';
const START = 5;

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
  readonly #rows: ReadonlyMap<string, number>;

  constructor(scope: ParameterScope, { asvs, basesPerAsv, outputs }: AsvWeightsOptions) {
    const rows = new Map<string, number>();
    for (const [row, dna] of asvs.entries()) {
      const read = readable(dna.slice(0, basesPerAsv));
      if (!rows.has(read)) rows.set(read, row);
    }
    this.#rows = rows;
    this.weight = scope.parameter('weight', [asvs.length, outputs], constantValues(0));
  }

  /** One row per sample, [B, outputs]. */
  forward(input: CommunityInput): Tensor {
    const { slotOffsets, slotAsvs, sampleIds } = input;
    const rowOfAsv = this.#rowsOf(input);
    const known = slotAsvs.reduce((count, asv) => count + (rowOfAsv[asv]! < 0 ? 0 : 1), 0);
    const [rows, samples] = [new Uint32Array(known), new Uint32Array(known)];
    const abundances = new Float64Array(known);
    const sampleOf = sampleOfSlot(slotOffsets);
    const totals = totalsOf(input);
    let next = 0;
    for (const [slot, asv] of slotAsvs.entries()) {
      if (rowOfAsv[asv]! < 0) continue;
      const sample = sampleOf[slot]!;
      rows[next] = rowOfAsv[asv]!;
      samples[next] = sample;
      // A sample whose counts are all zero has no abundances.
      abundances[next] = totals[sample] === 0 ? 0 : (input.slotCounts[slot]! / totals[sample]!) * PER_WHOLE;
      next += 1;
    }
    const logs = abundances.map((abundance) => SCALE * Math.log1p(abundance));
    const factors = tensor(this.weight.dtype === 'float64' ? logs : Float32Array.from(logs), [known, 1]);
    return scatterAddRows(mul(gatherRows(this.weight, rows), factors), samples, { rowCount: sampleIds.length });
  }

  #rowsOf({ asvTokens, asvOffsets }: CommunityInput): Int32Array {
    const rows = new Int32Array(asvOffsets.length - 1).fill(-1);
    for (let asv = 0; asv < rows.length; asv++) {
      const tokens = asvTokens.subarray(asvOffsets[asv], asvOffsets[asv + 1]);
      const letters = Array.from(tokens[0] === START ? tokens.subarray(1) : tokens, (token) => LETTERS[token] ?? 'N');
      rows[asv] = this.#rows.get(letters.join('')) ?? -1;
    }
    return rows;
  }
}

/** As a read looks after it was turned into tokens: everything that is no base is unknown. */
const readable = (dna: string): string => dna.toUpperCase().replace(/[^ACGT]/g, 'N');

function totalsOf({ slotOffsets, slotCounts }: CommunityInput): Float64Array {
  const totals = new Float64Array(slotOffsets.length - 1);
  for (let sample = 0; sample < totals.length; sample++) {
    for (let slot = slotOffsets[sample]!; slot < slotOffsets[sample + 1]!; slot++) totals[sample]! += slotCounts[slot]!;
  }
  return totals;
}
