// Places of samples in few dimensions. Knows no file and not how they were found.
import { firstFew } from '@seq/data/files';
import { unifracError } from '../errors.js';

/** Places of N samples along k axes, each at a right angle to the others, the most telling first. */
export interface Ordination {
  /** Names of the N samples, unique. */
  readonly sampleIds: readonly string[];
  /** Number of axes, k. */
  readonly dimensions: number;
  /** Place of each sample on each axis, shape [N, k], sample by sample. */
  readonly coordinates: Float64Array;
  /** Variation along each axis, k numbers >= 0, falling: the sum of the squares of its places. */
  readonly eigenvalues: Float64Array;
  /** Part of all variation along each axis, k numbers. */
  readonly proportionExplained: Float64Array;
}

/** Refuses an ordination whose parts do not fit together. */
export function requireOrdination(asked: string, ordination: Ordination): void {
  const { sampleIds, dimensions, coordinates, eigenvalues, proportionExplained } = ordination;
  const refuse = (found: string): never => {
    throw unifracError('ORDINATION_INVALID', `${asked}: ${found}.`);
  };
  const seen = new Set<string>();
  const repeated = sampleIds.filter((id) => seen.has(id) || !seen.add(id));
  if (repeated.length > 0) refuse(`${repeated.length} sample id(s) occur again (first: ${firstFew(repeated)})`);
  if (eigenvalues.length !== dimensions || proportionExplained.length !== dimensions) {
    refuse(`${dimensions} axes have ${eigenvalues.length} eigenvalues and ${proportionExplained.length} proportions`);
  }
  if (coordinates.length !== sampleIds.length * dimensions) {
    refuse(`${sampleIds.length} samples on ${dimensions} axes have ${coordinates.length} places`);
  }
  for (const numbers of [eigenvalues, proportionExplained, coordinates]) {
    if (!numbers.every((value) => Number.isFinite(value))) refuse('it has a number that is not finite');
  }
}
