// The categories that targets of a checkpoint are scaled by, for the samples to be predicted. It knows no metadata file.
import { columnsByName, type StringColumns } from '@seq/categorical';
import { joinCategories } from '@seq/data';
import type { Checkpoint, FurtherTargetSettings } from '../checkpoint/checkpoint.js';
import { trainError } from '../errors.js';

/** Samples, and what their metadata say. */
export interface DescribedSamples {
  readonly sampleIds: readonly string[];
  /** Text of metadata columns in the order of the samples; null where it is missing. */
  readonly columns: StringColumns;
}

/** What a target is scaled by. */
interface TargetScale {
  /** Category of each sample. */
  readonly ofSample: ReadonlyMap<string, string | null>;
  /** Categories that the target knows. */
  readonly known: ReadonlySet<string>;
}

/** Categories of samples by target. */
export class TargetScales {
  /** By the name of the output; none for a target that is not scaled by category. */
  readonly #scales: ReadonlyMap<string, TargetScale>;

  /**
   * @param checkpoint - of a predictor.
   * @param samples - with the columns that the targets are scaled by; undefined where there are none.
   * @throws SeqError `TRAINING_DATA` naming the columns that are missing.
   */
  constructor({ target }: Checkpoint, samples: DescribedSamples | undefined) {
    const targets = target === null ? [] : Object.entries({ '': target, ...target.more });
    const scaled = targets.filter(([, { normalizeBy }]) => normalizeBy !== undefined);
    this.#scales = new Map(
      scaled.map(([name, settings]) => {
        const { transform } = settings;
        const categories = transform.kind === 'zscore-category' ? transform.categories : [];
        const known = new Set(categories.map(({ category }) => category));
        return [name, { ofSample: categoriesFor(settings, samples), known }];
      }),
    );
  }

  /** Gives the category of a sample for a target; undefined where it is not scaled by category. */
  categoryOf(name: string): ((sampleId: string) => string | null) | undefined {
    const scale = this.#scales.get(name);
    return scale && ((sampleId) => scale.ofSample.get(sampleId) ?? null);
  }

  /** Those of the samples that some target is not scaled by category for. */
  unknown(sampleIds: readonly string[]): readonly string[] {
    const scales = [...this.#scales.values()];
    return sampleIds.filter((id) => scales.some(({ ofSample, known }) => !known.has(ofSample.get(id) ?? '')));
  }
}

function categoriesFor(
  { column, normalizeBy = [] }: FurtherTargetSettings,
  { sampleIds, columns }: DescribedSamples = { sampleIds: [], columns: {} },
): ReadonlyMap<string, string | null> {
  const known = columnsByName(columns);
  const missing = normalizeBy.filter((name) => !known.has(name));
  if (missing.length > 0) {
    const names = missing.map((name) => JSON.stringify(name)).join(', ');
    throw trainError(
      'TRAINING_DATA',
      `predict: "${column}" was learned on the scale of each category of ${names}, and none are given; give the columns of the metadata.`,
      { details: { columns: missing } },
    );
  }
  const joined = joinCategories(normalizeBy.map((name) => Array.from(known.get(name)!, (value) => value ?? null)));
  return new Map(sampleIds.map((id, i) => [id, joined[i] ?? null]));
}
