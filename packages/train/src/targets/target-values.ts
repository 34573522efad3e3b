// The target of each sample by name, on the scale the model learns and back. It knows no metadata file.
import { applyTargetTransform, type CategoryLabels, type ScaleTargetsOptions, type TargetTransform } from '@seq/data';
import { trainError } from '../errors.js';

/** The categories that the transform `zscore-category` scales by. */
export interface TargetCategories {
  /** Metadata columns they are made of, as a checkpoint names them. */
  readonly columns: readonly string[];
  /** Category of each sample by sample id, as `joinCategories` makes them; null where it has none. */
  readonly ofSample: ReadonlyMap<string, string | null>;
}

/** Options of {@link TargetValues}. */
export interface TargetValuesOptions {
  /** Name of the target. */
  readonly column: string;
  /** Values by sample id in the unit of the target, finite. */
  readonly values: ReadonlyMap<string, number>;
  /** To the scale the model learns; fitted on the training samples. */
  readonly transform: TargetTransform;
  /** Needed by the transform `zscore-category`. Default: none. */
  readonly categories?: TargetCategories | undefined;
}

/** Targets of samples. */
export class TargetValues {
  /** Name of the target. */
  readonly column: string;
  /** To the scale the model learns. */
  readonly transform: TargetTransform;
  /** What it scales by, where that is categories. */
  readonly categories: TargetCategories | undefined;
  readonly #values: ReadonlyMap<string, number>;

  /** @throws SeqError `TRAINING_OPTIONS` for the transform `zscore-category` without categories. */
  constructor({ column, values, transform, categories }: TargetValuesOptions) {
    if (transform.kind === 'zscore-category' && categories === undefined) {
      throw trainError(
        'TRAINING_OPTIONS',
        `TargetValues: "${column}" is scaled by category, and there are no categories; give them.`,
        { details: { column } },
      );
    }
    this.column = column;
    this.transform = transform;
    this.categories = categories;
    this.#values = values;
  }

  /**
   * Refuses samples without a finite value.
   *
   * @throws SeqError `TRAINING_DATA` naming the first ones.
   */
  check(sampleIds: readonly string[]): void {
    const missing = sampleIds.filter((id) => !Number.isFinite(this.#values.get(id)));
    if (missing.length === 0) return;
    throw trainError(
      'TRAINING_DATA',
      `Trainer: ${missing.length} of ${sampleIds.length} samples have no number in "${this.column}" ` +
        `(first: ${missing.slice(0, 3).join(', ')}); leave these samples out.`,
      { details: { column: this.column, sampleIds: missing.slice(0, 20) } },
    );
  }

  /** Values in the unit of the target, in the order of the ids. */
  actual(sampleIds: readonly string[]): Float64Array {
    return Float64Array.from(sampleIds, (id) => this.#values.get(id) ?? Number.NaN);
  }

  /** Values on the scale the model learns, in the order of the ids. */
  scaled(sampleIds: readonly string[]): Float64Array {
    return applyTargetTransform(this.transform, this.actual(sampleIds), this.scaling(sampleIds));
  }

  /** What the transform needs of these samples besides their values. */
  scaling(sampleIds: readonly string[]): ScaleTargetsOptions {
    const { categories } = this;
    if (categories === undefined) return {};
    return { categories: sampleIds.map((id) => categories.ofSample.get(id) ?? null) satisfies CategoryLabels };
  }
}
