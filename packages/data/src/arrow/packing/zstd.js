// Unpacks Zstandard frames into as many bytes as a file says; fzstd does the work. Knows neither Arrow nor Parquet.
// Plain JavaScript, since worker threads load it. Format: RFC 8878, 3.1.1.
import { Decompress, decompress } from 'fzstd';

const frameMagic = 0xfd2fb528;
/** Zstandard itself takes no larger window unless told to. */
const mostWindowBytes = 2 ** 27;

function damaged(found) {
  return new Error(`its Zstandard data are damaged (${found})`);
}

/** The `size` bytes of one frame. */
export function zstdFrame(packed, size) {
  const header = readHeader(packed);
  if (header.size === undefined) return unpackedByPieces(packed, size, header.window);
  if (header.size !== size) throw damaged(`${header.size} bytes where ${size} were announced`);
  return size === 0 ? new Uint8Array(0) : decompress(packed, new Uint8Array(size));
}

/** A frame that does not say its size, as programs write that pack a stream. */
function unpackedByPieces(packed, size, window) {
  if (!(window <= mostWindowBytes)) throw damaged(`a window of ${window} bytes`);
  const output = new Uint8Array(size);
  let filled = 0;
  const stream = new Decompress((piece) => {
    if (filled + piece.length > size) throw damaged(`more than the ${size} bytes that were announced`);
    output.set(piece, filled);
    filled += piece.length;
  });
  stream.push(packed, true);
  if (filled !== size) throw damaged(`${filled} bytes where ${size} were announced`);
  return output;
}

/** Size of the content and of the window, each where the header says it. */
function readHeader(packed) {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (packed.length < 6 || view.getUint32(0, true) !== frameMagic) throw damaged('no frame');
  const flags = packed[4];
  const isSingle = (flags & 0x20) !== 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >>> 6];
  const at = 5 + (isSingle ? 0 : 1) + [0, 1, 2, 4][flags & 3];
  if (at + sizeBytes > packed.length) throw damaged('no whole header');
  let size = sizeBytes === 0 ? undefined : sizeBytes === 2 ? 256 : 0;
  for (let i = 0; i < sizeBytes; i++) size += packed[at + i] * 2 ** (8 * i);
  const base = 2 ** (10 + (packed[5] >>> 3));
  return { size, window: isSingle ? size : base + (base / 8) * (packed[5] & 7) };
}
