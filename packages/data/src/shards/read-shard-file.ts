// Reads files of a shard folder, whole or in part, and checks what was read. Knows no Arrow.
import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from '../text/read-file.js';
import { damagedShards, type ShardBatch, type ShardFile, sha256 } from './shard-manifest.js';

/** Refuses a file that is missing or of another size. */
export async function requireShardSize(folder: string, { file, bytes }: ShardFile): Promise<void> {
  const found = await stat(join(folder, file)).catch(() => undefined);
  if (found === undefined) throw damagedShards(folder, `there is no file "${file}"`);
  if (found.size !== bytes) throw damagedShards(folder, `"${file}" has ${found.size} bytes where ${bytes} are due`);
}

/** What a whole file holds, once its checksum is right. */
export async function readShardAxis<Axis>(
  folder: string,
  file: ShardFile,
  parse: (bytes: Uint8Array) => Axis,
): Promise<Axis> {
  const bytes = await readBytes(join(folder, file.file), { offset: 0, bytes: file.bytes });
  if (sha256(bytes) !== file.sha256) throw damagedShards(folder, `"${file.file}" has another checksum`);
  return parsed(folder, file.file, () => parse(bytes));
}

/** How a batch is read. */
export interface ReadBatchOptions<Rows> {
  /** Memory that may be written over. Default: new memory is taken. */
  readonly scratch: Uint8Array | undefined;
  /** Makes rows of the bytes, which are only theirs until it returns. */
  readonly parse: (message: Uint8Array) => Rows;
}

/** What a batch holds, once its checksum is right. */
export async function readShardBatch<Rows>(
  folder: string,
  { file }: ShardFile,
  batch: ShardBatch,
  { scratch, parse }: ReadBatchOptions<Rows>,
): Promise<Rows> {
  const message = await readBytes(join(folder, file), batch, scratch);
  if (sha256(message) !== batch.sha256) {
    throw damagedShards(folder, `the batch at byte ${batch.offset} of "${file}" has another checksum`);
  }
  return parsed(folder, file, () => parse(message));
}

/** What a parser makes of checked bytes; if it makes nothing of them, they were wrong before they were written. */
function parsed<Value>(folder: string, file: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw damagedShards(folder, `"${file}" does not hold what the manifest says (${cause.message})`, cause);
  }
}

async function readBytes(
  path: string,
  { offset, bytes: length }: { readonly offset: number; readonly bytes: number },
  scratch: Uint8Array = new Uint8Array(0),
): Promise<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    // Room for the next, which may be a little longer.
    const room = scratch.buffer.byteLength >= length ? scratch.buffer : new ArrayBuffer(Math.ceil(length * 1.25));
    const bytes = new Uint8Array(room, 0, length);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } catch (cause) {
    throw fileError(path, cause);
  } finally {
    await handle?.close();
  }
}
