// Unpacks LZ4, as it stands in Arrow and Parquet files, into as many bytes as the file says. Knows neither.
// Plain JavaScript, since worker threads load it. Format: LZ4 Block Format and LZ4 Frame Format 1.6.3.

const frameMagic = 0x184d2204;

function damaged() {
  return new Error('its LZ4 data are damaged');
}

/**
 * Unpacks one block to `start` in `output` and tells where it ends. Copies may reach back to `first`.
 *
 * @throws Error if the block is damaged or does not fit.
 */
function unpackBlock(input, output, start, first) {
  let [from, to] = [0, start];
  const length = (least) => {
    let sum = least;
    for (let byte = 255; byte === 255; sum += byte) {
      if (from === input.length) throw damaged();
      byte = input[from++];
    }
    return sum;
  };
  while (from < input.length) {
    const token = input[from++];
    const literals = token >>> 4 === 15 ? length(15) : token >>> 4;
    if (from + literals > input.length || to + literals > output.length) throw damaged();
    output.set(input.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    // Only the last run of literals has no copy behind it.
    if (from === input.length) return to;
    if (from + 2 > input.length) throw damaged();
    const distance = input[from] | (input[from + 1] << 8);
    from += 2;
    const copied = ((token & 15) === 15 ? length(15) : token & 15) + 4;
    if (distance === 0 || to - distance < first || to + copied > output.length) throw damaged();
    if (distance >= copied) output.copyWithin(to, to - distance, to - distance + copied);
    else for (let i = 0; i < copied; i++) output[to + i] = output[to + i - distance];
    to += copied;
  }
  throw damaged();
}

/** The `size` bytes of a single block. */
export function lz4Block(packed, size) {
  const output = new Uint8Array(size);
  if (unpackBlock(packed, output, 0, 0) !== size) throw damaged();
  return output;
}

/** The `size` bytes of a frame: blocks that may copy from those before. Its checksums are not compared. */
export function lz4Frame(packed, size) {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (packed.length < 11 || view.getUint32(0, true) !== frameMagic) throw damaged();
  const flags = packed[4];
  const [isIndependent, hasBlockSums, hasSize, hasDictionary] = [0x20, 0x10, 8, 1].map((flag) => (flags & flag) !== 0);
  if (flags >>> 6 !== 1 || hasDictionary) throw damaged();
  const output = new Uint8Array(size);
  let to = 0;
  for (let at = hasSize ? 15 : 7; ; ) {
    if (at + 4 > packed.length) throw damaged();
    const word = view.getUint32(at, true);
    if (word === 0) break;
    const [start, end] = [at + 4, at + 4 + (word & 0x7fffffff)];
    if (end > packed.length) throw damaged();
    const block = packed.subarray(start, end);
    if (word >>> 31 === 0) to = unpackBlock(block, output, to, isIndependent ? to : 0);
    else {
      if (to + block.length > size) throw damaged();
      output.set(block, to);
      to += block.length;
    }
    at = end + (hasBlockSums ? 4 : 0);
  }
  if (to !== size) throw damaged();
  return output;
}

/**
 * The `size` bytes of what Parquet calls LZ4: a frame, blocks each behind its two lengths as Hadoop writes them, or one
 * block, by the age of the writer.
 */
export function lz4OfParquet(packed, size) {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (packed.length >= 4 && view.getUint32(0, true) === frameMagic) return lz4Frame(packed, size);
  const parts = hadoopParts(packed, view, size);
  if (parts === undefined) return lz4Block(packed, size);
  const output = new Uint8Array(size);
  let to = 0;
  for (const { block, length } of parts) {
    if (unpackBlock(block, output, to, to) !== to + length) throw damaged();
    to += length;
  }
  return output;
}

/** The blocks behind pairs of lengths; undefined unless these add up to what is there and what is wanted. */
function hadoopParts(packed, view, size) {
  const parts = [];
  let [at, total] = [0, 0];
  while (at + 8 <= packed.length) {
    const [length, packedLength] = [view.getUint32(at), view.getUint32(at + 4)];
    at += 8;
    if (packedLength > packed.length - at) return undefined;
    parts.push({ block: packed.subarray(at, at + packedLength), length });
    at += packedLength;
    total += length;
  }
  return at === packed.length && total === size ? parts : undefined;
}
