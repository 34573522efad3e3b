// Sample metadata as the rest of the package sees them: columns of text with a type, by sample id. Knows no file format.
import { dataError } from '../errors.js';
import { quoted } from '../text/quoted.js';

/** One column. */
export interface MetadataColumn {
  /** Name in the header. */
  readonly name: string;
  /** `numeric` if every value that is not missing is a number, unless the file says otherwise. */
  readonly type: 'numeric' | 'categorical';
  /** Value of each sample as written, without blanks around it; null where it is missing. */
  readonly values: readonly (string | null)[];
}

/** Facts about samples, from a metadata file. Ids are text, exactly as written. */
export class SampleMetadata {
  /** Names of the samples, in the order of the file; each once. */
  readonly sampleIds: readonly string[];
  /** Columns by name, in the order of the file, without the ids. */
  readonly columns: ReadonlyMap<string, MetadataColumn>;
  readonly #rows: ReadonlyMap<string, number>;

  /** @throws SeqError `METADATA_ID_DUPLICATE` for an id given twice, `METADATA_MALFORMED` for columns of another length. */
  constructor(sampleIds: readonly string[], columns: Iterable<MetadataColumn>) {
    this.sampleIds = sampleIds;
    this.columns = new Map(Array.from(columns, (column) => [column.name, column]));
    this.#rows = new Map(sampleIds.map((id, row) => [id, row]));
    if (this.#rows.size !== sampleIds.length) {
      const repeated = sampleIds.filter((id, row) => this.#rows.get(id) !== row);
      throw dataError(
        'METADATA_ID_DUPLICATE',
        `The metadata have ${repeated.length + this.#rows.size} lines for ${this.#rows.size} samples; ` +
          `${quoted(repeated[0]!)} stands twice or more. Keep one line per sample.`,
        { details: { first: repeated.slice(0, 3), count: repeated.length } },
      );
    }
    for (const { name, values } of this.columns.values()) {
      if (values.length === sampleIds.length) continue;
      throw dataError(
        'METADATA_MALFORMED',
        `Column ${quoted(name)} has ${values.length} values for ${sampleIds.length} samples.`,
      );
    }
  }

  /** Row of a sample, or undefined if there is none of this name. */
  sampleIndex(sampleId: string): number | undefined {
    return this.#rows.get(sampleId);
  }

  /**
   * A column by name.
   *
   * @throws SeqError `COLUMN_UNKNOWN` listing the columns there are.
   */
  column(name: string): MetadataColumn {
    const column = this.columns.get(name);
    if (column !== undefined) return column;
    const names = [...this.columns.keys()];
    const similar = names.find((other) => other.trim().toLowerCase() === name.trim().toLowerCase());
    throw dataError(
      'COLUMN_UNKNOWN',
      `The metadata have no column ${quoted(name)}. ` +
        (similar === undefined ? `Columns: ${listed(names)}.` : `Did you mean ${quoted(similar)}?`),
      { details: { column: name, columns: names } },
    );
  }
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const most = 20;
  return names.slice(0, most).map(quoted).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');
}
