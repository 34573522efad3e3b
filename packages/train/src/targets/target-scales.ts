// The categories that targets of a checkpoint are scaled by, for the samples to be predicted. It knows no metadata file.
import type { StringColumns } from '@seq/categorical';
import { joinCategories } from '@seq/data';
import type { Checkpoint, FurtherTargetSettings } from '../checkpoint/checkpoint.js';
import { trainError } from '../errors.js';

/** Samples, and what their metadata say. */
export interface DescribedSamples {
  readonly sampleIds: readonly string[];
  /** Text of metadata columns in the order of the samples; null where it is missing. */
  readonly columns: StringColumns | undefined;
}

/** Categories of samples by target. */
export class TargetScales {
  /** Category of each sample, by the name of the output. */
  readonly #categories: ReadonlyMap<string, ReadonlyMap<string, string | null>>;
  /** Categories that each of these targets knows. */
  readonly #known: ReadonlyMap<string, ReadonlySet<string>>;

  /**
   * @param checkpoint - of a predictor.
   * @param samples - with the columns that the targets are scaled by.
   * @throws SeqError `TRAINING_DATA` naming the columns that are missing.
   */
  constructor({ target }: Checkpoint, samples: DescribedSamples) {
    const targets = target === null ? [] : Object.entries({ '': target, ...target.more });
    const scaled = targets.filter(([, { normalizeBy }]) => normalizeBy !== undefined);
    this.#categories = new Map(scaled.map(([name, settings]) => [name, categoriesFor(settings, samples)]));
    this.#known = new Map(
      scaled.map(([name, { transform }]) => {
        const categories = transform.kind === 'zscore-category' ? transform.categories : [];
        return [name, new Set(categories.map(({ category }) => category))];
      }),
    );
  }

  /** Gives the category of a sample for a target; undefined where it is not scaled by category. */
  categoryOf(name: string): ((sampleId: string) => string | null) | undefined {
    const categories = this.#categories.get(name);
    return categories && ((sampleId) => categories.get(sampleId) ?? null);
  }

  /** Those of the samples that some target is not scaled by category for. */
  unknown(sampleIds: readonly string[]): readonly string[] {
    const isUnknown = (id: string): boolean =>
      [...this.#categories].some(([name, categories]) => !this.#known.get(name)!.has(categories.get(id) ?? ''));
    return sampleIds.filter(isUnknown);
  }
}

function categoriesFor(
  { column, normalizeBy = [] }: FurtherTargetSettings,
  { sampleIds, columns }: DescribedSamples,
): ReadonlyMap<string, string | null> {
  const known = new Map(columns instanceof Map ? columns : Object.entries(columns ?? {}));
  const missing = normalizeBy.filter((name) => !known.has(name));
  if (missing.length > 0) {
    const names = missing.map((name) => JSON.stringify(name)).join(', ');
    throw trainError(
      'TRAINING_DATA',
      `predict: "${column}" was learned on the scale of each category of ${names}, and none are given; give the columns of the metadata.`,
      { details: { columns: missing } },
    );
  }
  const joined = joinCategories(normalizeBy.map((name) => [...known.get(name)!]));
  return new Map(sampleIds.map((id, i) => [id, joined[i] ?? null]));
}
