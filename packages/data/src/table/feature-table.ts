// The feature table as the rest of the package sees it: sparse, sample-major, always valid. Knows no file format.
import { type DataErrorCode, dataError } from '../errors.js';
import { counted, quoted } from '../text/quoted.js';
import { requirePositiveCounts } from './require-counts.js';
import { areOrderedRows } from './sample-rows.js';

/** Plain parts of a feature table; see the fields of {@link FeatureTable}. */
export interface FeatureTableParts {
  /** Names of the N samples. */
  readonly sampleIds: readonly string[];
  /** Names of the M features. */
  readonly featureIds: readonly string[];
  /** Start of each sample in the two arrays below, and their length at the end; N + 1 numbers. */
  readonly sampleOffsets: Uint32Array;
  /** Feature of each entry, ascending within a sample. */
  readonly featureIndices: Uint32Array;
  /** Count of each entry, above zero. */
  readonly counts: Float64Array;
  /** Ranks of each feature from domain to species, where the source has them. Default: none. */
  readonly taxonomy?: readonly (readonly string[])[] | undefined;
  /** Metadata that the table itself carried per sample, by name; text as written. Default: none. */
  readonly sampleMetadata?: ReadonlyMap<string, readonly (string | null)[]> | undefined;
}

/**
 * Counts of features in samples, stored sparse and sample by sample (CSR with samples as rows).
 *
 * Shape [N, M]. Ids are unique and not empty; every stored count is finite and above zero, so an entry that is not
 * stored is a zero. Counts are usually whole reads, but fractions are kept as they are. Values never change after
 * construction; do not write into the arrays.
 */
export class FeatureTable {
  /** Names of the N samples, in the order of the source. */
  readonly sampleIds: readonly string[];
  /** Names of the M features, in the order of the source. */
  readonly featureIds: readonly string[];
  /** Start of each sample in `featureIndices` and `counts`, and their length at the end; N + 1 numbers. */
  readonly sampleOffsets: Uint32Array;
  /** Feature of each entry, ascending within a sample. */
  readonly featureIndices: Uint32Array;
  /** Count of each entry. */
  readonly counts: Float64Array;
  /** Ranks of each feature from domain to species, M lists; undefined where the source has none. */
  readonly taxonomy: readonly (readonly string[])[] | undefined;
  /** Metadata that the table itself carried per sample, by name, N texts each; undefined where it has none. */
  readonly sampleMetadata: ReadonlyMap<string, readonly (string | null)[]> | undefined;
  #rowOfSample: ReadonlyMap<string, number> | undefined;
  #indexOfFeature: ReadonlyMap<string, number> | undefined;

  /**
   * @throws SeqError `TABLE_ID_INVALID`, `TABLE_COUNT_INVALID`, `TABLE_INVALID`: every problem of one kind is counted and the first
   *   one named.
   */
  constructor(parts: FeatureTableParts) {
    this.sampleIds = parts.sampleIds;
    this.featureIds = parts.featureIds;
    this.sampleOffsets = parts.sampleOffsets;
    this.featureIndices = parts.featureIndices;
    this.counts = parts.counts;
    this.taxonomy = parts.taxonomy;
    this.sampleMetadata = parts.sampleMetadata;
    requireValidIds('sample', this.sampleIds);
    requireValidIds('feature', this.featureIds);
    requireFittingShapes(parts);
    if (!areOrderedRows(parts, parts.featureIds.length)) requireOrderedEntries(parts);
  }

  /** N, how many samples the table has. */
  get sampleCount(): number {
    return this.sampleIds.length;
  }

  /** M, how many features the table has. */
  get featureCount(): number {
    return this.featureIds.length;
  }

  /** How many entries are stored, which is how many counts are not zero. */
  get entryCount(): number {
    return this.counts.length;
  }

  /** Row of a sample, or undefined if there is none of this name. */
  sampleIndex(sampleId: string): number | undefined {
    this.#rowOfSample ??= indexById(this.sampleIds);
    return this.#rowOfSample.get(sampleId);
  }

  /** Index of a feature, or undefined if there is none of this name. */
  featureIndex(featureId: string): number | undefined {
    this.#indexOfFeature ??= indexById(this.featureIds);
    return this.#indexOfFeature.get(featureId);
  }
}

function indexById(ids: readonly string[]): ReadonlyMap<string, number> {
  return new Map(ids.map((id, index) => [id, index]));
}

function refuse(code: DataErrorCode, message: string): never {
  throw dataError(code, `FeatureTable: ${message}`);
}

/** Every id is unique and not empty; otherwise an error with the first offender and the count. */
export function requireValidIds(axis: 'sample' | 'feature', ids: readonly string[]): void {
  const all = new Set(ids);
  if (all.size === ids.length && !all.has('')) return;
  const seen = new Set<string>();
  let empty = 0;
  let repeated = 0;
  let firstRepeated = '';
  for (const id of ids) {
    if (id === '') empty += 1;
    else if (seen.has(id)) {
      if (repeated === 0) firstRepeated = id;
      repeated += 1;
    } else seen.add(id);
  }
  if (empty > 0) {
    const place = ids.indexOf('') + 1;
    refuse('TABLE_ID_INVALID', `${counted(empty, `${axis} id`)} empty (first: number ${place}). Name every ${axis}.`);
  }
  if (repeated > 0) {
    refuse(
      'TABLE_ID_INVALID',
      `${counted(repeated, `${axis} id`)} given before (first: ${quoted(firstRepeated)}). ` +
        `Make the ids of ${axis}s unique, or merge the ${axis}s that belong together.`,
    );
  }
}

function requireFittingShapes(parts: FeatureTableParts): void {
  const { sampleIds, featureIds, sampleOffsets, featureIndices, counts, taxonomy, sampleMetadata } = parts;
  const requireLength = (what: string, found: number, wanted: number): void => {
    if (found !== wanted) refuse('TABLE_INVALID', `${what} has ${found} elements where ${wanted} are needed.`);
  };
  requireLength('sampleOffsets', sampleOffsets.length, sampleIds.length + 1);
  requireLength('featureIndices', featureIndices.length, counts.length);
  if (taxonomy !== undefined) requireLength('taxonomy', taxonomy.length, featureIds.length);
  for (const [name, values] of sampleMetadata ?? []) {
    requireLength(`sampleMetadata ${quoted(name)}`, values.length, sampleIds.length);
  }
  requireLength('the first sample offset plus one', sampleOffsets[0]! + 1, 1);
  requireLength('counts', counts.length, sampleOffsets[sampleIds.length]!);
  for (let row = 0; row < sampleIds.length; row++) {
    if (sampleOffsets[row]! > sampleOffsets[row + 1]!) {
      refuse('TABLE_INVALID', `sampleOffsets decrease at sample ${quoted(sampleIds[row]!)}.`);
    }
  }
}

/** Names the first entry that is not as it must be. */
function requireOrderedEntries({
  sampleIds,
  featureIds,
  sampleOffsets,
  featureIndices,
  counts,
}: FeatureTableParts): void {
  for (let row = 0; row < sampleIds.length; row++) {
    let previous = -1;
    for (let entry = sampleOffsets[row]!; entry < sampleOffsets[row + 1]!; entry++) {
      const feature = featureIndices[entry]!;
      if (feature <= previous || feature >= featureIds.length) {
        refuse(
          'TABLE_INVALID',
          `the features of sample ${quoted(sampleIds[row]!)} are not ascending indices below ${featureIds.length} ` +
            `(found ${feature} after ${previous}).`,
        );
      }
      previous = feature;
    }
  }
  requirePositiveCounts(counts, (entry) => ({
    sampleId: sampleIds[rowOf(sampleOffsets, entry)]!,
    featureId: featureIds[featureIndices[entry]!]!,
  }));
}

/** Row whose range of offsets holds an entry. */
function rowOf(sampleOffsets: Uint32Array, entry: number): number {
  let low = 0;
  let high = sampleOffsets.length - 1;
  while (low + 1 < high) {
    const middle = (low + high) >>> 1;
    if (sampleOffsets[middle]! <= entry) low = middle;
    else high = middle;
  }
  return low;
}
