// Reads members of a ZIP archive, with bounds and checksums; yauzl reads its directory. Knows no format inside.
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { crc32, createInflateRaw, inflateRaw } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { dataError } from '../errors.js';
import { counted, quoted, quotedPath } from '../text/quoted.js';
import { mostFileBytes } from '../text/read-file.js';

/** Deflate cannot shrink data more than about 1,032 times; a member that claims more is damaged or hostile. */
const largestExpansion = 1_100;
/** Members that are unpacked onto the disk stay below this, or below so many times their packed size. */
const mostExtractedBytes = 2 ** 30;
const mostExtractedExpansion = 100;

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
      const { fromBufferPromise } = await import('yauzl');
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

  /**
   * Unpacked bytes of a member; undefined if there is none of this name.
   *
   * @param mostBytes - refuses members that are larger. Default: what Node reads in one piece.
   * @throws SeqError `FILE_MALFORMED` for a damaged member or one that claims the impossible, `FILE_TOO_LARGE`.
   */
  async read(name: string, mostBytes: number = mostFileBytes): Promise<Uint8Array | undefined> {
    const found = await this.#packed(name, mostBytes);
    if (found === undefined) return undefined;
    const { member, packed } = found;
    const bytes = member.compressionMethod === 0 ? packed : await this.#inflate(name, member, packed);
    if (bytes.length !== member.uncompressedSize || crc32(bytes) !== member.crc32) throw this.#damaged(name);
    return bytes;
  }

  /**
   * Unpacks a member into a new file, piece by piece; false if there is none of this name.
   *
   * @throws SeqError as {@link ZipArchive.read}; a file that was begun stays for the caller to remove.
   */
  async extract(name: string, target: string, signal?: AbortSignal): Promise<boolean> {
    const packedBytes = this.#members.get(name)?.compressedSize ?? 0;
    const found = await this.#packed(name, Math.max(mostExtractedBytes, packedBytes * mostExtractedExpansion));
    if (found === undefined) return false;
    const { member, packed } = found;
    const file = await open(target, 'wx');
    try {
      const written = { bytes: 0, checksum: 0 };
      const write = async (pieces: AsyncIterable<Uint8Array>): Promise<void> => {
        for await (const piece of pieces) {
          written.bytes += piece.length;
          written.checksum = crc32(piece, written.checksum);
          if (written.bytes > member.uncompressedSize) throw this.#damaged(name);
          await file.writeFile(piece);
        }
      };
      await this.#unpack(name, member, packed, write, signal);
      if (written.bytes !== member.uncompressedSize || written.checksum !== member.crc32) throw this.#damaged(name);
    } finally {
      await file.close();
    }
    return true;
  }

  async #unpack(
    name: string,
    member: Entry,
    packed: Uint8Array,
    write: (pieces: AsyncIterable<Uint8Array>) => Promise<void>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const options = signal === undefined ? {} : { signal };
    if (member.compressionMethod === 0) return pipeline([packed], write, options);
    this.#requireKnownMethod(name, member);
    try {
      await pipeline([packed], createInflateRaw(), write, options);
    } catch (cause) {
      signal?.throwIfAborted();
      if (String((cause as NodeJS.ErrnoException).code).startsWith('Z_')) throw this.#damaged(name, cause);
      throw cause;
    }
  }

  /** A member and its packed bytes, once its claims are believable. */
  async #packed(name: string, mostBytes: number): Promise<{ member: Entry; packed: Uint8Array } | undefined> {
    const member = this.#members.get(name);
    if (member === undefined) return undefined;
    const { compressedSize: packedSize, uncompressedSize: size } = member;
    const start = await this.#dataStart(name, member);
    if (size > packedSize * largestExpansion + 1024) throw this.#malformed(`${quoted(name)} claims ${size} bytes`);
    if (size > mostBytes) throw this.#tooLarge(name, size, mostBytes);
    return { member, packed: this.#bytes.subarray(start, start + packedSize) };
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
    this.#requireKnownMethod(name, member);
    try {
      return await promisify(inflateRaw)(packed, { maxOutputLength: Math.max(member.uncompressedSize, 1) });
    } catch (cause) {
      throw this.#damaged(name, cause);
    }
  }

  #requireKnownMethod(name: string, member: Entry): void {
    if (member.canDecodeFileData()) return;
    const how = member.isEncrypted() ? 'encrypted' : `packed by the unknown method ${member.compressionMethod}`;
    throw this.#malformed(`${quoted(name)} is ${how}`);
  }

  #damaged(name: string, cause?: unknown): Error {
    return this.#malformed(`${quoted(name)} is damaged`, cause);
  }

  #tooLarge(name: string, size: number, mostBytes: number): Error {
    return dataError(
      'FILE_TOO_LARGE',
      `${quotedPath(this.#path)} holds ${quoted(name)}, which unpacks to ${counted(size, 'byte')}; ` +
        `at most ${counted(mostBytes, 'byte')} are taken. If it is what you expect, unpack the archive and give the file.`,
      { details: { path: this.#path, size } },
    );
  }

  #malformed(found: string, cause?: unknown): Error {
    return malformed(this.#path, found, cause);
  }
}

function malformed(path: string, found: string, cause?: unknown): Error {
  const message = `${quotedPath(path)} cannot be read as a ZIP archive: ${found}. Copy or download it again.`;
  return dataError('FILE_MALFORMED', message, { details: { path }, cause });
}
