// Names and metadata of both axes of a table as Arrow files, and back. Knows no counts and no manifest.
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
  tableFromIPC,
  Uint32,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';

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

const metadataPrefix = 'metadata:';

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

/** The samples of a file that {@link sampleAxisFile} made; texts are made when they are asked for. */
export interface StoredSampleAxis {
  readonly ids: () => readonly string[];
  readonly reads: () => Float64Array;
  readonly metadata: () => ReadonlyMap<string, readonly (string | null)[]> | undefined;
}

/** Reads what {@link sampleAxisFile} wrote; undefined if it is another file. */
export function parseSampleAxis(bytes: Uint8Array, sampleCount: number): StoredSampleAxis | undefined {
  const table = tableFromIPC(bytes);
  const [ids, reads, entries] = ['id', 'reads', 'entries'].map((name) => table.getChild(name));
  const sums: unknown = reads?.data[0]?.values;
  if (table.numRows !== sampleCount || ids == null || entries == null) return undefined;
  if (!(sums instanceof Float64Array) || sums.length < sampleCount) return undefined;
  const columns = table.schema.fields.filter(({ name }) => name.startsWith(metadataPrefix));
  const metadata = () =>
    new Map(
      columns.map(({ name }) => [name.slice(metadataPrefix.length), [...(table.getChild(name) as Vector<Utf8>)]]),
    );
  return {
    ids: () => textsOf(ids),
    reads: () => sums.slice(0, sampleCount),
    metadata: () => (columns.length === 0 ? undefined : metadata()),
  };
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

/** The features of a file that {@link featureAxisFile} made; undefined if it is another. */
export function parseFeatureAxis(bytes: Uint8Array, featureCount: number): FeatureAxis | undefined {
  const table = tableFromIPC(bytes);
  const ids = table.getChild('id');
  if (table.numRows !== featureCount || ids === null) return undefined;
  const taxonomy = table.getChild('taxonomy');
  return { ids: textsOf(ids), taxonomy: taxonomy === null ? undefined : Array.from(taxonomy, textsOf) };
}

type Column = readonly [Field, Vector];

function file(columns: readonly Column[]): Uint8Array {
  const schema = new Schema(columns.map(([field]) => field));
  const children = columns.map(([, vector]) => vector.data[0]!);
  const length = columns[0]![1].length;
  const batch = new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, children }));
  return RecordBatchFileWriter.writeAll(new Table([batch])).toUint8Array(true);
}

const textsOf = (vector: Iterable<unknown>): string[] => Array.from(vector, String);
