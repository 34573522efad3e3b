// From indices of categories to one vector per sample. It knows no metadata and no model.
import {
  add,
  concat,
  type DropoutStream,
  dropout,
  gatherRows,
  type ParameterScope,
  slice,
  type Tensor,
} from '@seq/tensor';
import {
  type CategoricalColumn,
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
 * One table of embeddings per column; the result concatenates the vectors of a sample over the columns in alphabetical
 * order. Row 0 of a table stands for unknown: it starts at zero and gets no gradient, so training leaves it there.
 *
 * The vector of a column with a parent is that of its parent plus its own row, which starts at zero: a child begins as
 * its parent and learns how it differs, and an unknown child is its parent.
 *
 * Parameters: `embeddings.<column>.weight` [cardinality, width], standard normal, zero for a column with a parent; a dot
 * in a column's name is written `%2E`.
 *
 * @remarks Rows 0 of loaded weights are used as they are, as the reference does.
 */
export class CategoricalEmbedder {
  /** The columns in alphabetical order. */
  readonly schema: CategoricalSchema;
  /** Width of the result. */
  readonly width: number;
  readonly #tables: ReadonlyMap<string, Tensor>;

  /** @throws SeqError `SCHEMA_INVALID`. */
  constructor(scope: ParameterScope, columns: readonly CategoricalColumnInput[]) {
    this.schema = categoricalSchema(columns);
    this.width = schemaWidth(this.schema);
    const tables = scope.child('embeddings');
    this.#tables = new Map(this.schema.map((column) => [column.name, declare(tables, column)]));
  }

  /**
   * One row per sample, [B, width].
   *
   * @throws SeqError `CATEGORY_COLUMN_MISSING` if a required column is not given (another has index 0 then);
   * `CATEGORY_INDEX_INVALID` if a column has not B indices or one lies outside its table.
   */
  forward(indices: CategoryIndices, { sampleCount, dropout: stream }: EmbedCategoriesOptions): Tensor {
    const vectors = new Map<string, Tensor>();
    const vectorOf = (name: string): Tensor => {
      const known = vectors.get(name);
      if (known !== undefined) return known;
      const column = this.schema.find((candidate) => candidate.name === name)!;
      const own = this.#rows(column, indices, sampleCount);
      const vector = column.parent === undefined ? own : add(vectorOf(column.parent), own);
      vectors.set(name, vector);
      return vector;
    };
    const rows = this.schema.map(({ name }) => vectorOf(name));
    const embedded = rows.length === 1 ? rows[0]! : concat(rows, 1);
    if (stream === undefined) return embedded;
    const offsets = Uint32Array.from({ length: sampleCount + 1 }, (_, i) => i);
    return dropout(embedded, offsets, stream);
  }

  #rows(column: CategoricalColumn, indices: CategoryIndices, sampleCount: number): Tensor {
    const table = this.#tables.get(column.name)!;
    const known = slice(table, 0, 1, column.cardinality);
    const unknown = slice(table.detach(), 0, 0, 1);
    return gatherRows(concat([unknown, known], 0), categoryRows(column, indices, sampleCount));
  }
}

function declare(tables: ParameterScope, { name, cardinality, embeddingWidth, parent }: CategoricalColumn): Tensor {
  const init =
    parent === undefined
      ? ({ kind: 'normal', mean: 0, standardDeviation: 1, zeroRows: 1 } as const)
      : ({ kind: 'constant', value: 0 } as const);
  return tables.child(tableName(name)).parameter('weight', [cardinality, embeddingWidth], init);
}
