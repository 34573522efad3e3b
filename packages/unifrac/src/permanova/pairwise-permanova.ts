// Every two groups compared with each other. Knows no file and no metadata.
import { unifracError } from '../errors.js';
import type { DistanceMatrix } from '../matrix/distance-matrix.js';
import { type PermanovaOptions, type PermanovaResult, permanova } from './permanova.js';

/** Two groups compared. */
export interface PairwisePermanova {
  /** What the test of these two groups says. */
  readonly result: PermanovaResult;
  /** The p-value that allows for the number of tests: the rate of false discoveries if this and all smaller ones are accepted. */
  readonly qValue: number;
}

/**
 * PERMANOVA between every two groups, with q-values by Benjamini & Hochberg.
 *
 * Each test sees the samples of its two groups only. Two groups of one sample each cannot be compared and are left out.
 *
 * @returns pairs in the order of the first samples of the groups.
 * @throws SeqError as {@link permanova}; `GROUPS_INVALID` also if no two groups can be compared.
 * @see Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x
 */
export async function pairwisePermanova(
  matrix: DistanceMatrix,
  options: PermanovaOptions,
): Promise<readonly PairwisePermanova[]> {
  // The same checks, without the permutations.
  const { groups } = await permanova(matrix, { ...options, permutations: 0, onProgress: undefined });
  const results: PermanovaResult[] = [];
  for (const [at, first] of groups.entries()) {
    for (const second of groups.slice(at + 1)) {
      if (first.sampleCount + second.sampleCount < 3) continue;
      const isIn = options.groups.map((name) => name === first.name || name === second.name);
      const part = matrix.select(matrix.ids.filter((_, row) => isIn[row]));
      results.push(await permanova(part, { ...options, groups: options.groups.filter((_, row) => isIn[row]) }));
    }
  }
  if (results.length === 0) {
    throw unifracError('GROUPS_INVALID', 'pairwisePermanova: no two groups have three samples together.');
  }
  const qValues = falseDiscoveryRates(results.map(({ pValue }) => pValue));
  return results.map((result, at) => ({ result, qValue: qValues[at]! }));
}

/** The rate of false discoveries of each p-value among all. */
export function falseDiscoveryRates(pValues: readonly number[]): readonly number[] {
  const order = [...pValues.keys()].sort((a, b) => pValues[b]! - pValues[a]!);
  const rates = new Array<number>(pValues.length);
  let least = 1;
  order.forEach((at, rank) => {
    least = Math.min(least, (pValues[at]! * pValues.length) / (pValues.length - rank));
    rates[at] = least;
  });
  return rates;
}
