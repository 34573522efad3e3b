/**
 * Categorical sample metadata: schema, encoder and embedder.
 *
 * @packageDocumentation
 */

export { CategoricalEmbedder, type EmbedCategoriesOptions } from './categorical-embedder.js';
export {
  type CategoricalColumnJson,
  CategoricalEncoder,
  type CategoricalEncoderJson,
  type CategoricalSchemaOptions,
  type EncodedCategories,
  type FitCategoricalEncoderOptions,
} from './categorical-encoder.js';
export {
  type CategoricalColumn,
  type CategoricalColumnInput,
  type CategoricalSchema,
  categoricalSchema,
  defaultEmbeddingWidth,
  schemaWidth,
} from './categorical-schema.js';
export { type CategoryIndices, categoryRows } from './category-rows.js';
export type { CategoricalErrorCode } from './errors.js';
export { columnsByName, type StringColumn, type StringColumns } from './string-columns.js';
export { tableName } from './table-name.js';
export {
  type DescribeUnseenOptions,
  describeUnseen,
  type UnseenColumn,
  type UnseenReport,
  type UnseenValue,
} from './unseen-report.js';
