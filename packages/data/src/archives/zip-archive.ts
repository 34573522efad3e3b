// Reads members of a ZIP archive in memory, with bounds and checksums; yauzl reads its directory. Knows no format inside.
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { dataError } from '../errors.js';
import { quoted, quotedPath } from '../text/quoted.js';

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
  readonly #zip: ZipFile;
  readonly #members: ReadonlyMap<string, Entry>;

  private constructor(path: string, bytes: Uint8Array, zip: ZipFile, members: ReadonlyMap<string, Entry>) {
    this.#path = path;
    this.#bytes = bytes;
    this.#zip = zip;
    this.#members = members;
  }

  /**
   * The archive of some bytes; `path` is for errors only.
   *
   * @throws SeqError `FILE_MALFORMED` if the directory of the archive cannot be read, or a name in it leads out of it.
   */
  static async open(path: string, bytes: Uint8Array): Promise<ZipArchive> {
    try {
      const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), {});
      const members = new Map<string, Entry>();
      for await (const entry of zip.eachEntry()) members.set(entry.fileName, entry);
      return new ZipArchive(path, bytes, zip, members);
    } catch (cause) {
      throw malformed(path, `its directory is damaged or cut off (${(cause as Error).message})`, cause);
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
    const { compressedSize: packedSize, uncompressedSize: size } = member;
    const start = await this.#dataStart(name, member);
    const packed = this.#bytes.subarray(start, start + packedSize);
    if (size > packedSize * largestExpansion + 1024) throw this.#malformed(`${quoted(name)} claims ${size} bytes`);
    const bytes = member.compressionMethod === 0 ? packed : await this.#inflate(name, member, packed);
    if (bytes.length !== size || crc32(bytes) !== member.crc32) throw this.#malformed(`${quoted(name)} is damaged`);
    return bytes;
  }

  async #dataStart(name: string, member: Entry): Promise<number> {
    try {
      const { fileDataStart } = await this.#zip.readLocalFileHeaderPromise(member, { minimal: true });
      return fileDataStart;
    } catch (cause) {
      throw this.#malformed(`${quoted(name)} is not where the directory says, or cut off`, cause);
    }
  }

  async #inflate(name: string, member: Entry, packed: Uint8Array): Promise<Uint8Array> {
    if (!member.canDecodeFileData()) {
      const how = member.isEncrypted() ? 'encrypted' : `packed by the unknown method ${member.compressionMethod}`;
      throw this.#malformed(`${quoted(name)} is ${how}`);
    }
    try {
      return await promisify(inflateRaw)(packed, { maxOutputLength: Math.max(member.uncompressedSize, 1) });
    } catch (cause) {
      throw this.#malformed(`${quoted(name)} is damaged`, cause);
    }
  }

  #malformed(found: string, cause?: unknown): Error {
    return malformed(this.#path, found, cause);
  }
}

function malformed(path: string, found: string, cause?: unknown): Error {
  const message = `${quotedPath(path)} cannot be read as a ZIP archive: ${found}. Copy or download it again.`;
  return dataError('FILE_MALFORMED', message, { details: { path }, cause });
}
