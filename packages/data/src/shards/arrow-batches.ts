// Sample rows as Arrow record batches. Knows no files, no manifest and no checksums.
import {
  Field,
  Float32,
  Float64,
  List,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
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
