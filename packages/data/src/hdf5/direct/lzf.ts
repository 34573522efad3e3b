// Unpacks LZF, the quick filter of h5py. Knows no HDF5.
// Format: liblzf 3.6, lzf_d.c: runs of literals, and copies from up to 8 KiB before.
import { requireDirect } from './beyond-direct-reading.js';

/** The `length` bytes of a packed chunk. */
export function unpackedLzf(packed: Uint8Array, length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let [from, to] = [0, 0];
  while (from < packed.length) {
    const control = packed[from++]!;
    if (control < 32) {
      const end = from + control + 1;
      requireDirect(end <= packed.length && to + control < length, 'a run of LZF beyond its end');
      whole.set(packed.subarray(from, end), to);
      to += control + 1;
      from = end;
      continue;
    }
    const isLong = control >>> 5 === 7;
    requireDirect(from + (isLong ? 2 : 1) <= packed.length, 'LZF that is cut off');
    const copied = (isLong ? 7 + packed[from++]! : control >>> 5) + 2;
    const source = to - ((control & 31) * 256 + packed[from++]! + 1);
    requireDirect(source >= 0 && to + copied <= length, 'a copy of LZF beyond its end');
    // Byte by byte, since a copy may reach into itself.
    for (let i = 0; i < copied; i++) whole[to + i] = whole[source + i]!;
    to += copied;
  }
  requireDirect(to === length, 'LZF of another length');
  return whole;
}
