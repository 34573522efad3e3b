// Sample rows as Arrow record batches and back. Knows no files, no manifest and no checksums.
import {
  Field,
  Float32,
  Float64,
  List,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  RecordBatchReader,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Uint32,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import type { SampleRows } from '../table/sample-rows.js';
import type { ShardCountType } from './shard-manifest.js';

const countTypes = { uint32: Uint32, float32: Float32, float64: Float64 } as const;
const countArrays = { uint32: Uint32Array, float32: Float32Array, float64: Float64Array } as const;

const item = (type: Uint32 | Float32 | Float64): List => new List(new Field('item', type, false));

/** The columns of a shard: id, features, counts. */
export function shardSchema(countType: ShardCountType): Schema {
  return new Schema([
    new Field('id', new Utf8(), false),
    new Field('features', item(new Uint32()), false),
    new Field('counts', item(new countTypes[countType]()), false),
  ]);
}

/** Sample rows as one record batch. */
export function toRecordBatch(rows: SampleRows, schema: Schema, countType: ShardCountType): RecordBatch {
  const { sampleIds, sampleOffsets, featureIndices, counts } = rows;
  const length = sampleIds.length;
  // Each list has offsets of its own: the writer would merge neighbours that are the same bytes in memory.
  const list = (field: number, data: Uint32Array | Float32Array | Float64Array) => {
    const type = schema.fields[field]!.type as List;
    const valueOffsets = Int32Array.from(sampleOffsets);
    return makeData({ type, length, valueOffsets, child: makeData({ type: type.valueType, data } as never) } as never);
  };
  const children = [
    vectorFromArray(sampleIds, new Utf8()).data[0]!,
    list(1, featureIndices),
    list(2, counts instanceof countArrays[countType] ? counts : countArrays[countType].from(counts)),
  ];
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, children }));
}

/** Where a record batch lies in its file. */
export interface BatchPlace {
  readonly offset: number;
  readonly bytes: number;
}

class PlacingWriter extends RecordBatchFileWriter {
  get places(): readonly BatchPlace[] {
    return this._recordBatchBlocks.map(({ offset, metaDataLength, bodyLength }) => ({
      offset: Number(offset),
      bytes: metaDataLength + Number(bodyLength),
    }));
  }
}

/** An Arrow IPC file of record batches, and where each lies in it. */
export function arrowFile(batches: readonly RecordBatch[]): { bytes: Uint8Array; places: readonly BatchPlace[] } {
  const writer = new PlacingWriter();
  for (const batch of batches) writer.write(batch);
  // The writer forgets the places when it ends the file.
  const places = writer.places;
  writer.finish();
  return { bytes: writer.toUint8Array(true), places };
}

/** The start of a stream of a schema, which makes the bytes of a record batch readable by themselves. */
export function streamStart(schema: Schema): Uint8Array {
  const writer = new RecordBatchStreamWriter({ autoDestroy: false });
  writer.reset(undefined, schema);
  writer.finish();
  const stream = writer.toUint8Array(true);
  // Without its end mark of eight bytes.
  return stream.subarray(0, stream.length - 8);
}

/**
 * The sample rows of a record batch that follows the start of its stream; undefined if it holds something else. Features
 * and counts are not looked at.
 */
export function fromRecordBatch(
  stream: Uint8Array,
  samples: number,
  entries: number,
): (Omit<SampleRows, 'counts'> & { readonly counts: ArrayLike<number> }) | undefined {
  const [batch] = RecordBatchReader.from(stream);
  const [ids, features, counts] = ['id', 'features', 'counts'].map((name) => batch?.getChild(name)?.data[0]);
  if (batch?.numRows !== samples || ids === undefined || features === undefined || counts === undefined)
    return undefined;
  const names = batch.getChild('id')!;
  const sampleIds = Array.from({ length: samples }, (_, row) => String(names.get(row)));
  // Arrow leaves out the arrays of lists that are all empty.
  if (entries === 0) {
    return { sampleIds, sampleOffsets: new Uint32Array(samples + 1), featureIndices: new Uint32Array(0), counts: [] };
  }
  const sampleOffsets = offsetsOf(features.valueOffsets, samples, entries);
  const otherOffsets = offsetsOf(counts.valueOffsets, samples, entries);
  const [featureIndices, values] = [features.children[0]?.values, counts.children[0]?.values];
  if (sampleOffsets === undefined || !otherOffsets?.every((offset, i) => offset === sampleOffsets[i])) return undefined;
  if (!(featureIndices instanceof Uint32Array) || featureIndices.length < entries || values.length < entries) {
    return undefined;
  }
  return {
    sampleIds,
    sampleOffsets,
    featureIndices: featureIndices.subarray(0, entries),
    counts: (values as Float64Array).subarray(0, entries),
  };
}

function offsetsOf(found: unknown, samples: number, entries: number): Uint32Array | undefined {
  if (!(found instanceof Int32Array) || found.length < samples + 1) return undefined;
  const offsets = new Uint32Array(found.buffer, found.byteOffset, samples + 1);
  if (offsets[0] !== 0 || offsets[samples] !== entries) return undefined;
  for (let row = 0; row < samples; row++) if (offsets[row]! > offsets[row + 1]!) return undefined;
  return offsets;
}
