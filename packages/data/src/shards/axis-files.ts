// Names and metadata of both axes of a table as Arrow files. Knows no counts and no manifest.
import {
  Field,
  Float64,
  List,
  makeData,
  makeVector,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Table,
  Uint32,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { metadataPrefix } from './shard-manifest.js';

/** What is known of each sample. */
export interface SampleAxis {
  readonly ids: readonly string[];
  /** Sum of the counts. */
  readonly reads: Float64Array;
  /** How many counts are stored. */
  readonly entries: Uint32Array;
  readonly metadata: ReadonlyMap<string, readonly (string | null)[]> | undefined;
}

/** What is known of each feature. */
export interface FeatureAxis {
  readonly ids: readonly string[];
  readonly taxonomy: readonly (readonly string[])[] | undefined;
}

/** An Arrow IPC file of one record batch: id, reads, entries, and `metadata:<name>` for each column of metadata. */
export function sampleAxisFile({ ids, reads, entries, metadata }: SampleAxis): Uint8Array {
  return file([
    [new Field('id', new Utf8(), false), vectorFromArray(ids, new Utf8())],
    [new Field('reads', new Float64(), false), makeVector(reads)],
    [new Field('entries', new Uint32(), false), makeVector(entries)],
    ...[...(metadata ?? [])].map(
      ([name, values]): Column => [
        new Field(`${metadataPrefix}${name}`, new Utf8(), true),
        vectorFromArray(values, new Utf8()),
      ],
    ),
  ]);
}

/** An Arrow IPC file of one record batch: id, and taxonomy where there is one. */
export function featureAxisFile({ ids, taxonomy }: FeatureAxis): Uint8Array {
  const ranks = new List(new Field('item', new Utf8(), false));
  return file([
    [new Field('id', new Utf8(), false), vectorFromArray(ids, new Utf8())],
    ...(taxonomy === undefined
      ? []
      : [[new Field('taxonomy', ranks, false), vectorFromArray(taxonomy as string[][], ranks)] satisfies Column]),
  ]);
}

type Column = readonly [Field, Vector];

function file(columns: readonly Column[]): Uint8Array {
  const schema = new Schema(columns.map(([field]) => field));
  const children = columns.map(([, vector]) => vector.data[0]!);
  const length = columns[0]![1].length;
  const batch = new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, children }));
  return RecordBatchFileWriter.writeAll(new Table([batch])).toUint8Array(true);
}
