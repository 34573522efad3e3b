// Categories of samples by name, as the model reads them. It knows no metadata file.
import type { CategoricalEncoder, CategoryIndices, StringColumns, UnseenReport } from '@seq/categorical';
import { trainError } from '../errors.js';

/** Options of {@link SampleCategories}. */
export interface SampleCategoriesOptions {
  /** Fitted on the training samples. */
  readonly encoder: CategoricalEncoder;
  /** The samples, each once. */
  readonly sampleIds: readonly string[];
  /** Text of each column of the encoder, in the order of the samples; null where it is missing. */
  readonly columns: StringColumns;
}

/** Categories of samples. */
export class SampleCategories {
  /** Columns and known values. */
  readonly encoder: CategoricalEncoder;
  /** What the encoder had not met. Tell the user. */
  readonly unseen: UnseenReport;
  readonly #indices: Readonly<Record<string, Int32Array>>;
  readonly #rows: ReadonlyMap<string, number>;

  /** @throws SeqError codes of `CategoricalEncoder.encode`. */
  constructor({ encoder, sampleIds, columns }: SampleCategoriesOptions) {
    const { indices, unseen } = encoder.encodeWithReport(columns);
    this.encoder = encoder;
    this.unseen = unseen;
    this.#indices = indices;
    this.#rows = new Map(sampleIds.map((id, row) => [id, row]));
  }

  /**
   * Refuses samples that are not among the given ones.
   *
   * @throws SeqError `TRAINING_DATA` naming the first ones.
   */
  check(sampleIds: readonly string[]): void {
    const missing = sampleIds.filter((id) => !this.#rows.has(id));
    if (missing.length === 0) return;
    throw trainError(
      'TRAINING_DATA',
      `SampleCategories: ${missing.length} of ${sampleIds.length} samples have no categories ` +
        `(first: ${missing.slice(0, 3).join(', ')}); give the metadata of these samples, or leave them out.`,
      { details: { sampleIds: missing.slice(0, 20) } },
    );
  }

  /** Index of the category per column, in the order of the ids. */
  of(sampleIds: readonly string[]): CategoryIndices {
    this.check(sampleIds);
    const rows = sampleIds.map((id) => this.#rows.get(id)!);
    return Object.fromEntries(
      Object.entries(this.#indices).map(([name, indices]) => [name, Int32Array.from(rows, (row) => indices[row]!)]),
    );
  }
}
