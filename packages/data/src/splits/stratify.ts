// Spreads samples over the parts of a split so that every stratum is in each of them. Knows labels, not what they mean.
import type { Draws } from '../random/draws.js';
import { shuffledIndices } from '../random/shuffled.js';

/** One label per sample id; a sample without a label belongs to the stratum of those without one. */
export type StratumLabels = readonly (string | null | undefined)[];

/** Number of the stratum of each label, from 0 in the order of the sorted labels; missing ones are one stratum. */
export function stratumNumbers(labels: StratumLabels): { readonly numbers: Uint32Array; readonly count: number } {
  const texts = labels.map((label) => label ?? '');
  const sorted = [...new Set(texts)].sort();
  const numberOf = new Map(sorted.map((label, number) => [label, number]));
  return { numbers: Uint32Array.from(texts, (label) => numberOf.get(label)!), count: sorted.length };
}

/** Ids of each stratum, in random order: the samples shuffled, then sorted apart. */
export function shuffledStrata(sampleIds: readonly string[], labels: StratumLabels, draws: Draws): string[][] {
  const order = sampleIds.map((_, i) => i).sort((a, b) => (sampleIds[a]! < sampleIds[b]! ? -1 : 1));
  const { numbers, count } = stratumNumbers(labels);
  const strata = Array.from({ length: count }, (): string[] => []);
  for (const place of shuffledIndices(order.length, draws))
    strata[numbers[order[place]!]!]!.push(sampleIds[order[place]!]!);
  return strata;
}

/**
 * How many of each stratum to take so that the numbers add up to `wanted` and each is its proportional share, rounded down
 * or up: the method of largest remainders, equal remainders in random order.
 *
 * @param sizes - samples of each stratum.
 * @param wanted - whole number, at most the sum of the sizes.
 */
export function proportionalQuotas(sizes: readonly number[], wanted: number, draws: Draws): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  // Whole-number arithmetic, so that equal remainders are equal.
  const quotas = sizes.map((size) => Math.floor((wanted * size) / total));
  const remainder = (stratum: number): number => (wanted * sizes[stratum]!) % total;
  const left = wanted - quotas.reduce((sum, quota) => sum + quota, 0);
  const order = [...shuffledIndices(sizes.length, draws)].sort((a, b) => remainder(b) - remainder(a));
  for (const stratum of order.slice(0, left)) quotas[stratum]! += 1;
  return quotas;
}
