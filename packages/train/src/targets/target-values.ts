// The target of each sample by name, on the scale the model learns and back. It knows no metadata file.
import { applyTargetTransform, type TargetTransform } from '@seq/data';
import { trainError } from '../errors.js';

/** Options of {@link TargetValues}. */
export interface TargetValuesOptions {
  /** Name of the target. */
  readonly column: string;
  /** Values by sample id in the unit of the target, finite. */
  readonly values: ReadonlyMap<string, number>;
  /** To the scale the model learns; fitted on the training samples. */
  readonly transform: TargetTransform;
}

/** Targets of samples. */
export class TargetValues {
  /** Name of the target. */
  readonly column: string;
  /** To the scale the model learns. */
  readonly transform: TargetTransform;
  readonly #values: ReadonlyMap<string, number>;

  constructor({ column, values, transform }: TargetValuesOptions) {
    this.column = column;
    this.transform = transform;
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
    return applyTargetTransform(this.transform, this.actual(sampleIds));
  }
}
