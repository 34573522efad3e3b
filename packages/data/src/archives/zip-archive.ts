// Reads members of a ZIP archive in memory, with bounds and checksums. Knows no format inside.
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { dataError } from '../errors.js';
import { quoted, quotedPath } from '../text/quoted.js';

interface Member {
  readonly method: number;
  readonly checksum: number;
  readonly packedSize: number;
  readonly size: number;
  /** Where the header before the data begins. */
  readonly headerStart: number;
}

const endOfDirectory = 0x06054b50;
const endOfDirectory64 = 0x06064b50;
const locator64 = 0x07064b50;
const directoryEntry = 0x02014b50;
const localHeader = 0x04034b50;
const overflow32 = 0xffff_ffff;
const endBytes = 22;
/** Deflate cannot shrink data more than about 1,032 times; a member that claims more is damaged or hostile. */
const largestExpansion = 1_100;

/** Whether bytes begin like a ZIP archive. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/** A ZIP archive: names, and the unpacked bytes of each member. */
export class ZipArchive {
  readonly #path: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #members = new Map<string, Member>();

  /** @throws SeqError `FILE_MALFORMED` if the directory of the archive cannot be read. */
  constructor(path: string, bytes: Uint8Array) {
    this.#path = path;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    try {
      this.#readDirectory();
    } catch (cause) {
      if (cause instanceof RangeError) throw this.#malformed('its directory is cut off', cause);
      throw cause;
    }
  }

  /** Names of all members, folders among them, in the order of the directory. */
  get names(): readonly string[] {
    return [...this.#members.keys()];
  }

  /** Unpacked bytes of a member; undefined if there is none of this name. */
  async read(name: string): Promise<Uint8Array | undefined> {
    const member = this.#members.get(name);
    if (member === undefined) return undefined;
    const { method, checksum, packedSize, size } = member;
    const start = this.#dataStart(name, member);
    const packed = this.#bytes.subarray(start, start + packedSize);
    if (packed.length !== packedSize) throw this.#malformed(`${quoted(name)} is cut off`);
    if (size > packedSize * largestExpansion + 1024) throw this.#malformed(`${quoted(name)} claims ${size} bytes`);
    const bytes = method === 0 ? packed : await this.#inflate(name, method, packed, size);
    if (bytes.length !== size || crc32(bytes) !== checksum) throw this.#malformed(`${quoted(name)} is damaged`);
    return bytes;
  }

  async #inflate(name: string, method: number, packed: Uint8Array, size: number): Promise<Uint8Array> {
    if (method !== 8) throw this.#malformed(`${quoted(name)} is packed by the unknown method ${method}`);
    try {
      return await promisify(inflateRaw)(packed, { maxOutputLength: Math.max(size, 1) });
    } catch (cause) {
      throw this.#malformed(`${quoted(name)} is damaged`, cause);
    }
  }

  #dataStart(name: string, { headerStart }: Member): number {
    try {
      if (this.#view.getUint32(headerStart, true) !== localHeader) throw new RangeError();
      const nameLength = this.#view.getUint16(headerStart + 26, true);
      return headerStart + 30 + nameLength + this.#view.getUint16(headerStart + 28, true);
    } catch (cause) {
      throw this.#malformed(`${quoted(name)} is not where the directory says`, cause);
    }
  }

  #readDirectory(): void {
    let { count, start } = this.#findDirectory();
    const decoder = new TextDecoder();
    for (; count > 0; count--) {
      if (this.#view.getUint32(start, true) !== directoryEntry) throw this.#malformed('its directory is damaged');
      const nameLength = this.#view.getUint16(start + 28, true);
      const extraLength = this.#view.getUint16(start + 30, true);
      const commentLength = this.#view.getUint16(start + 32, true);
      const extraStart = start + 46 + nameLength;
      const name = decoder.decode(this.#bytes.subarray(start + 46, extraStart));
      this.#members.set(name, this.#memberAt(start, extraStart, extraLength));
      start = extraStart + extraLength + commentLength;
    }
  }

  #findDirectory(): { count: number; start: number } {
    const earliest = Math.max(0, this.#bytes.length - endBytes - 0xffff);
    let end = this.#bytes.length - endBytes;
    while (end >= earliest && this.#view.getUint32(end, true) !== endOfDirectory) end -= 1;
    if (end < earliest) throw this.#malformed('it has no directory at its end');
    const locator = end - 20;
    if (locator >= 0 && this.#view.getUint32(locator, true) === locator64) {
      const end64 = this.#size64(locator + 8);
      if (this.#view.getUint32(end64, true) !== endOfDirectory64) throw this.#malformed('its directory is damaged');
      return { count: this.#size64(end64 + 32), start: this.#size64(end64 + 48) };
    }
    return { count: this.#view.getUint16(end + 10, true), start: this.#view.getUint32(end + 16, true) };
  }

  #memberAt(start: number, extraStart: number, extraLength: number): Member {
    const short = [start + 20, start + 24, start + 42].map((at) => this.#view.getUint32(at, true));
    let [packedSize = 0, size = 0, headerStart = 0] = short;
    // Numbers that do not fit 32 bits stand in an extra field: size, packed size, start, each only if needed.
    let at = this.#extraField(extraStart, extraStart + extraLength);
    const next = (): number => {
      at += 8;
      return this.#size64(at - 8);
    };
    if (at > 0) {
      if (size === overflow32) size = next();
      if (packedSize === overflow32) packedSize = next();
      if (headerStart === overflow32) headerStart = next();
    }
    const method = this.#view.getUint16(start + 10, true);
    return { method, checksum: this.#view.getUint32(start + 16, true), packedSize, size, headerStart };
  }

  /** Where the content of the field with 64-bit sizes begins, or 0. */
  #extraField(start: number, end: number): number {
    for (let at = start; at + 4 <= end; at += 4 + this.#view.getUint16(at + 2, true)) {
      if (this.#view.getUint16(at, true) === 1) return at + 4;
    }
    return 0;
  }

  #size64(at: number): number {
    const size = Number(this.#view.getBigUint64(at, true));
    if (!Number.isSafeInteger(size)) throw this.#malformed('its directory is damaged');
    return size;
  }

  #malformed(found: string, cause?: unknown): Error {
    const message = `${quotedPath(this.#path)} cannot be read as a ZIP archive: ${found}. Copy or download it again.`;
    return dataError('FILE_MALFORMED', message, { details: { path: this.#path }, cause });
  }
}
