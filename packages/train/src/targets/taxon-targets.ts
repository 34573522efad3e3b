// The make-up of the samples of a batch by taxa, as base heads learn it. It knows no file of taxonomies.
import { trainError } from '../errors.js';
import type { BatchValues } from '../trainer/pretraining-options.js';

/** Options of {@link taxonTargets}. */
export interface TaxonTargetsOptions {
  /** Rank at which features are taken together, 1 for the first one of a lineage (domain, kingdom). Default 6, the genus. */
  readonly rank?: number | undefined;
}

/** The make-up of samples as a target. */
export interface TaxonTargets {
  /** Lineages down to the rank, `; ` between the ranks, sorted. */
  readonly taxa: readonly string[];
  /** One number per sample and taxon. */
  readonly values: BatchValues;
}

/** A feature whose lineage is not known. */
const UNASSIGNED = 'Unassigned';

/**
 * What a sample is made of: √(T p) for each of T taxa, with p the part of the sample's reads that the taxon has after
 * rarefaction. Mean squares of every sample are 1, and squared errors are Hellinger distances, which rare taxa do not
 * dominate. A lineage that ends above the rank is a taxon of its own.
 *
 * @param lineages - ranks of each feature that batches name by index, from domain downwards; none where it is not known.
 * @throws SeqError `TRAINING_OPTIONS` if no feature has a lineage, or the rank is no integer from 1.
 * @see Legendre & Gallagher 2001, doi:10.1007/s004420100716 (Hellinger)
 */
export function taxonTargets(
  lineages: readonly (readonly string[])[],
  { rank = 6 }: TaxonTargetsOptions = {},
): TaxonTargets {
  if (!(Number.isInteger(rank) && rank >= 1)) {
    throw trainError('TRAINING_OPTIONS', `taxonTargets: rank is ${rank}; give an integer from 1.`);
  }
  if (!lineages.some((ranks) => ranks.length > 0)) {
    throw trainError(
      'TRAINING_OPTIONS',
      `taxonTargets: none of ${lineages.length} features has a lineage; give the taxonomy of the table.`,
    );
  }
  const nameOf = (ranks: readonly string[]): string => ranks.slice(0, rank).join('; ') || UNASSIGNED;
  const names = lineages.map(nameOf);
  const taxa = [...new Set(names)].sort();
  const places = new Map(taxa.map((name, place) => [name, place]));
  const taxonOf = Uint32Array.from(names, (name) => places.get(name)!);
  return {
    taxa,
    values: ({ presentOffsets, presentFeatures, presentCounts }) => {
      const width = taxa.length;
      const values = new Float64Array((presentOffsets.length - 1) * width);
      for (let sample = 0; sample + 1 < presentOffsets.length; sample++) {
        const [start, end] = [presentOffsets[sample]!, presentOffsets[sample + 1]!];
        const own = values.subarray(sample * width, (sample + 1) * width);
        for (let i = start; i < end; i++) own[taxonOf[presentFeatures[i]!]!]! += presentCounts[i]!;
        const reads = own.reduce((sum, count) => sum + count, 0);
        for (let taxon = 0; taxon < width; taxon++) own[taxon] = Math.sqrt((width * own[taxon]!) / reads);
      }
      return values;
    },
  };
}
