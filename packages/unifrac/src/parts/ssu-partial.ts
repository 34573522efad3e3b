// Reads partial results of `ssu --mode partial`: stripes of a matrix in LZ4 blocks. Knows not how they are joined.
import { mostFileBytes, quotedPath, readUnpacked } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { stripeCount } from '../matrix/stripes.js';
import { callNative } from '../native.js';

/** Some stripes of a matrix, as `ssu` computed them. */
export interface SsuPartial {
  /** Names of all N samples of the matrix. */
  readonly ids: readonly string[];
  /** First stripe of the part. */
  readonly firstStripe: number;
  /** Shape [stripes of the part, N], see `stripesOf`. */
  readonly stripes: Float64Array<ArrayBuffer>;
}

const magic = 0x088a_ba02;
const headerWords = 8;

/** Whether a file begins like a partial result of `ssu`. */
export function isSsuPartial(start: Uint8Array): boolean {
  return start[0] === 0x02 && start[1] === 0xba && start[2] === 0x8a && start[3] === 0x08;
}

/**
 * A partial result of `ssu`.
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_MALFORMED`.
 */
export async function readSsuPartial(path: string, signal?: AbortSignal): Promise<SsuPartial> {
  const bytes = await readUnpacked(path, { signal, mostBytes: mostFileBytes });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerWords * 4 + 4) throw malformed(path, 'it is cut off');
  const word = (index: number): number => view.getUint32(index * 4, true);
  const [sampleCount, own, firstStripe, total, isTriangle] = [word(1), word(2), word(3), word(4), word(5)];
  if (word(0) !== magic || isTriangle !== 1) throw malformed(path, 'its header is not one of this format');
  if (total !== stripeCount(sampleCount) || firstStripe + own > total) {
    throw malformed(
      path,
      `stripes ${firstStripe} to ${firstStripe + own} of ${total} do not fit ${sampleCount} samples`,
    );
  }
  let at = headerWords * 4;
  const unpack = (packedSize: number, size: number): Uint8Array => {
    const packed = bytes.subarray(at, at + packedSize);
    at += packedSize;
    const unpacked = packed.length === packedSize ? callNative((addon) => addon.lz4Block(packed, size)) : null;
    if (unpacked === null) throw malformed(path, 'a block in it is damaged or cut off');
    return unpacked;
  };
  const ids = new TextDecoder()
    .decode(unpack(word(7), word(6)))
    .split('\0')
    .slice(0, -1);
  if (ids.length !== sampleCount) throw malformed(path, `it has ${ids.length} ids for ${sampleCount} samples`);
  const blocks: Uint8Array[] = [];
  for (let stripe = 0; stripe < own; stripe++) {
    if (at + 4 > bytes.length) throw malformed(path, 'it is cut off');
    const packedSize = view.getUint32(at, true);
    at += 4;
    blocks.push(unpack(packedSize, sampleCount * 8));
  }
  if (at + 4 !== bytes.length || view.getUint32(at, true) !== magic) throw malformed(path, 'its end is missing');
  const stripes = new Float64Array(own * sampleCount);
  const all = Buffer.concat(blocks);
  for (let i = 0; i < stripes.length; i++) stripes[i] = all.readDoubleLE(i * 8);
  return { ids, firstStripe, stripes };
}

function malformed(path: string, reason: string): Error {
  const message = `${quotedPath(path)} cannot be read as a partial result of ssu: ${reason}. Copy or compute it again.`;
  return unifracError('FILE_MALFORMED', message, { details: { path } });
}
