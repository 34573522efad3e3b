// Finds related samples on both sides of a split. Knows no metadata, only labels.
import { counted, firstFew, quoted } from '../text/quoted.js';
import type { SampleSplit } from './sample-split.js';

/** Options of {@link findLeakage}. */
export interface FindLeakageOptions {
  /** Name of the column that relates samples, such as `host_subject_id`; for the warning. */
  readonly column: string;
  /** Label of a sample in that column; null or undefined where it has none. */
  readonly labelOf: (sampleId: string) => string | null | undefined;
}

/** Groups with members on both sides of a split. */
export interface LeakageWarning {
  /** Name of the column that relates samples. */
  readonly column: string;
  /** Labels with samples in training and in validation, sorted. */
  readonly sharedGroups: readonly string[];
  /** How many labels there are in both parts together. */
  readonly groupCount: number;
  /** Validation samples whose label training has, too. */
  readonly validationSamples: number;
  /** What it means and what to do, in one sentence or two. */
  readonly message: string;
}

/**
 * A warning if samples of one group of a column are on both sides of a split, so that validation may flatter the model;
 * undefined if none is. Samples without a label are left aside.
 */
export function findLeakage(split: SampleSplit, { column, labelOf }: FindLeakageOptions): LeakageWarning | undefined {
  const labelsOf = (sampleIds: readonly string[]): string[] =>
    sampleIds.map((id) => labelOf(id) ?? '').filter((label) => label !== '');
  const training = new Set(labelsOf(split.training));
  const validation = labelsOf(split.validation);
  const leaked = validation.filter((label) => training.has(label));
  if (leaked.length === 0) return undefined;
  const sharedGroups = [...new Set(leaked)].sort();
  const groupCount = new Set([...training, ...validation]).size;
  return {
    column,
    sharedGroups,
    groupCount,
    validationSamples: leaked.length,
    message:
      `${sharedGroups.length} of ${counted(groupCount, 'group')} of ${quoted(column)} have samples in training and in validation ` +
      `(first: ${firstFew(sharedGroups)}), which concerns ${leaked.length} of ${counted(split.validation.length, 'validation sample')}. ` +
      'Scores may be too good; split by this column to keep its groups together.',
  };
}
