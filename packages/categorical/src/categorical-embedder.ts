// From indices of categories to one vector per sample. It knows no metadata and no model.
import {
  concat,
  type DropoutStream,
  dropout,
  gatherRows,
  type ParameterScope,
  type ParameterStore,
  slice,
  type Tensor,
} from '@seq/tensor';
import {
  type CategoricalColumnInput,
  type CategoricalSchema,
  categoricalSchema,
  schemaWidth,
} from './categorical-schema.js';
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
 * order. Row 0 of a table stands for unknown: it gets no gradient; see {@link CategoricalEmbedder.zeroUnknownRows}.
 *
 * Parameters: `embeddings.<column>.weight` [cardinality, width], standard normal; a dot in a column's name is written
 * `%2E`.
 */
export class CategoricalEmbedder {
  /** The columns in alphabetical order. */
  readonly schema: CategoricalSchema;
  /** Width of the result. */
  readonly width: number;
  readonly #tables: readonly Tensor[];
  readonly #names: readonly string[];

  /** @throws SeqError `SCHEMA_INVALID`. */
  constructor(scope: ParameterScope, columns: readonly CategoricalColumnInput[]) {
    this.schema = categoricalSchema(columns);
    this.width = schemaWidth(this.schema);
    const scopes = this.schema.map(({ name }) => scope.child('embeddings').child(tableName(name)));
    this.#names = scopes.map(({ path }) => `${path}.weight`);
    this.#tables = this.schema.map(({ cardinality, embeddingWidth }, i) =>
      scopes[i]!.parameter('weight', [cardinality, embeddingWidth], {
        kind: 'normal',
        mean: 0,
        standardDeviation: 1,
      }),
    );
  }

  /**
   * Sets the rows of unknown to zero, where training leaves them: call it once after a model was built and before weights
   * are loaded. A scope can only start a table with one distribution, so building alone leaves them random.
   *
   * @param store - the store that the embedder was built in.
   */
  zeroUnknownRows(store: ParameterStore): void {
    for (const [i, name] of this.#names.entries()) {
      store.write(name, store.read(name).fill(0, 0, this.schema[i]!.embeddingWidth));
    }
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
