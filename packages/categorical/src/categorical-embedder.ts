// From indices of categories to one vector per sample. It knows no metadata and no model.
import { concat, type DropoutStream, dropout, gatherRows, type ParameterScope, slice, type Tensor } from '@seq/tensor';
import { type CategoricalSchema, categoricalSchema, schemaWidth } from './categorical-schema.js';
import { type CategoryIndices, categoryRows } from './category-rows.js';
import { tableName } from './table-name.js';

/** Options of {@link CategoricalEmbedder.forward}. */
export interface EmbedCategoriesOptions {
  /** Number of samples B. */
  readonly sampleCount: number;
  /** Dropout on the result. Default: none. */
  readonly dropout?: DropoutStream;
}

/**
 * One table of embeddings per column; the result concatenates the rows of a sample over the columns in alphabetical
 * order. Row 0 of a table stands for unknown: it starts at zero and gets no gradient.
 *
 * Parameters: `embeddings.<column>.weight` [cardinality, width], standard normal except for row 0; a dot in a column's
 * name is written `%2E`.
 */
export class CategoricalEmbedder {
  readonly schema: CategoricalSchema;
  /** Width of the result. */
  readonly width: number;
  readonly #tables: readonly Tensor[];

  /** @throws SeqError `SCHEMA_INVALID`. */
  constructor(scope: ParameterScope, schema: CategoricalSchema) {
    this.schema = categoricalSchema(schema);
    this.width = schemaWidth(this.schema);
    this.#tables = this.schema.map(({ name, cardinality, embeddingWidth }) =>
      scope
        .child('embeddings')
        .child(tableName(name))
        .parameter('weight', [cardinality, embeddingWidth], { kind: 'normal', mean: 0, standardDeviation: 1 }),
    );
  }

  /**
   * One row per sample, [B, width].
   *
   * @throws SeqError `CATEGORY_COLUMN_MISSING` if a required column is not given (another has index 0 then);
   * `CATEGORY_INDEX_INVALID` if a column has not B indices or one lies outside its table.
   */
  forward(indices: CategoryIndices, { sampleCount, dropout: stream }: EmbedCategoriesOptions): Tensor {
    const rows = this.#tables.map((table, column) => {
      const known = slice(table, 0, 1, table.shape[0]!);
      const unknown = slice(table.detach(), 0, 0, 1);
      return gatherRows(concat([unknown, known], 0), categoryRows(this.schema[column]!, indices, sampleCount));
    });
    const embedded = rows.length === 1 ? rows[0]! : concat(rows, 1);
    if (stream === undefined) return embedded;
    return dropout(
      embedded,
      Uint32Array.from({ length: sampleCount + 1 }, (_, i) => i),
      stream,
    );
  }
}
