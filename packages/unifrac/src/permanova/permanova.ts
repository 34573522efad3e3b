// Whether groups of samples differ, by a distance matrix. Knows no file and no metadata.
import { firstFew } from '@seq/data/files';
import { unifracError } from '../errors.js';
import type { DistanceMatrix } from '../matrix/distance-matrix.js';
import { requireDefined } from '../matrix/require-defined.js';
import { callNativeLater } from '../native.js';
import { requireSeed } from '../ordination/require-seed.js';
import { type DistanceJobOptions, runJob, threadsArgument } from '../unifrac/run-job.js';

/** Options of {@link permanova}. */
export interface PermanovaOptions extends DistanceJobOptions {
  /**
   * Group of each sample, in the order of the ids of the matrix; null where it is not known. Usually a column of the sample
   * metadata: `textColumn(metadata, { column, sampleIds: matrix.ids })`.
   */
  readonly groups: readonly (string | null)[];
  /** Samples without a group: refuse them, or leave them out, which the result tells. Default `'error'`. */
  readonly missingGroups?: 'error' | 'drop' | undefined;
  /** Random assignments to compare with, from 0 to 2^32 - 2; 0 gives no p-value. Default: 999. */
  readonly permutations?: number | undefined;
  /** Seed of the permutations, a whole number from 0 to 2^53 - 1. Default: 0. */
  readonly seed?: number | undefined;
}

/** A group of samples. */
export interface SampleGroup {
  /** What the samples have in common, as the caller named it. */
  readonly name: string;
  /** How many there are. */
  readonly sampleCount: number;
}

/** What {@link permanova} gives. */
export interface PermanovaResult {
  /** Variation between groups over variation within, each by its degrees of freedom; infinite if there is none within. */
  readonly pseudoF: number;
  /** `(b + 1) / (permutations + 1)`, with `b` the permutations whose pseudo-F is not smaller; NaN without permutations. */
  readonly pValue: number;
  /** Part of all variation that lies between groups. */
  readonly rSquared: number;
  /** Random assignments that were compared. */
  readonly permutations: number;
  /** Samples that were compared. */
  readonly sampleCount: number;
  /** The groups, in the order of their first sample. */
  readonly groups: readonly SampleGroup[];
  /** Samples without a group, which were left out. */
  readonly droppedIds: readonly string[];
}

/**
 * PERMANOVA: a test of whether groups of samples differ, which compares distances within groups with those between them and
 * asks how often groups drawn at random differ as much.
 *
 * @param matrix - distances; none may be NaN.
 * @throws SeqError `GROUPS_INVALID` unless there are at least two groups and fewer than samples, `GROUP_MISSING` for samples
 *   without a group, counted and the first few named, `MATRIX_INVALID`, `OPTION_INVALID`, `THREADS_UNAVAILABLE`.
 * @remarks Sums are in 64 bits; those that differ by less than 1e-12 of all variation count as equal, where scikit-bio leaves
 *   that to rounding. The same result for any number of threads. Groups that spread differently, too, make it small: look at
 *   the ordination as well.
 * @see Anderson 2001, doi:10.1111/j.1442-9993.2001.01070.pp.x
 */
export async function permanova(matrix: DistanceMatrix, options: PermanovaOptions): Promise<PermanovaResult> {
  const { groups: labels, missingGroups = 'error', permutations = 999 } = options;
  if (!(Number.isSafeInteger(permutations) && permutations >= 0 && permutations < 2 ** 32 - 1)) {
    throw unifracError(
      'OPTION_INVALID',
      `permanova: permutations is ${permutations}; it must be a whole number from 0.`,
    );
  }
  const seed = requireSeed('permanova', options.seed ?? 0);
  const threads = threadsArgument('permanova', options.threads);
  const droppedIds = withoutGroup(matrix, labels, missingGroups);
  const dropped = new Set(droppedIds);
  const kept = dropped.size === 0 ? matrix : matrix.select(matrix.ids.filter((id) => !dropped.has(id)));
  requireDefined('permanova', kept);
  const { numbers, groups } = numbered(labels.filter((label) => label !== null));
  requireComparable(groups, kept.size);
  const found = await runJob(
    (job) =>
      callNativeLater((addon) =>
        addon.permanovaLater({ distances: kept.condensed, groups: numbers, permutations, seed }, threads, job),
      ),
    options,
  );
  const { pseudoF, pValue, rSquared } = found;
  return { pseudoF, pValue, rSquared, permutations, sampleCount: kept.size, groups, droppedIds };
}

function withoutGroup(
  matrix: DistanceMatrix,
  labels: readonly (string | null)[],
  missing: 'error' | 'drop',
): readonly string[] {
  if (labels.length !== matrix.size) {
    const message = `permanova: there are ${labels.length} groups for the ${matrix.size} samples of the matrix.`;
    throw unifracError('GROUPS_INVALID', message);
  }
  const ids = matrix.ids.filter((_, row) => labels[row] === null);
  if (ids.length === 0 || missing === 'drop') return ids;
  throw unifracError(
    'GROUP_MISSING',
    `permanova: ${ids.length} of ${matrix.size} samples have no group (first: ${firstFew(ids)}). ` +
      "Fill it in, or leave them out with missingGroups: 'drop'.",
    { details: { count: ids.length, first: ids.slice(0, 10) } },
  );
}

function numbered(labels: readonly string[]): {
  readonly numbers: Uint32Array;
  readonly groups: { readonly name: string; sampleCount: number }[];
} {
  const numbers = new Map<string, number>();
  const groups: { readonly name: string; sampleCount: number }[] = [];
  const ofSample = Uint32Array.from(labels, (name) => {
    let number = numbers.get(name);
    if (number === undefined) {
      number = groups.length;
      numbers.set(name, number);
      groups.push({ name, sampleCount: 0 });
    }
    groups[number]!.sampleCount += 1;
    return number;
  });
  return { numbers: ofSample, groups };
}

function requireComparable(groups: readonly { readonly name: string }[], sampleCount: number): void {
  const refuse = (found: string): never => {
    throw unifracError('GROUPS_INVALID', `permanova: ${found}. Choose another column, or other samples.`);
  };
  const names = groups.map(({ name }) => name);
  if (groups.length === 0) refuse('no sample has a group');
  if (groups.length === 1) refuse(`all ${sampleCount} samples are in one group (${firstFew(names)}); two are needed`);
  if (groups.length === sampleCount)
    refuse(`every one of ${sampleCount} samples has a group of its own (${firstFew(names)})`);
}
