// Many texts in little memory, for lists that are long and rarely looked at. Knows nothing of what they say.
import { isAscii } from 'node:buffer';

/** Texts of a part, which become texts together. */
const textsPerPart = 16_384;

interface Part {
  readonly bytes: Buffer;
  /** Where each text begins, and the length of all. */
  readonly offsets: Uint32Array;
}

/** A list of texts as UTF-8: four bytes for each and its letters, a third of what a list of short texts takes. */
export class PackedTexts {
  /** How many texts there are. */
  readonly length: number;
  readonly #parts: readonly Part[];

  private constructor(length: number, parts: readonly Part[]) {
    this.length = length;
    this.#parts = parts;
  }

  /**
   * Copies some of many texts that lie end to end.
   *
   * @param letters - all of them in UTF-8.
   * @param offsets - where each begins, and where the last one ends.
   * @param picked - numbers of those to copy, in this order.
   */
  static pick(letters: Uint8Array, offsets: ArrayLike<number>, picked: Uint32Array): PackedTexts {
    const parts: Part[] = [];
    for (let start = 0; start < picked.length; start += textsPerPart) {
      parts.push(partOf(letters, offsets, picked.subarray(start, start + textsPerPart)));
    }
    return new PackedTexts(picked.length, parts);
  }

  /** All of them, as a list of its own. */
  unpacked(): string[] {
    return this.#parts.flatMap(textsOf);
  }
}

function partOf(letters: Uint8Array, places: ArrayLike<number>, picked: Uint32Array): Part {
  const offsets = new Uint32Array(picked.length + 1);
  for (let i = 0; i < picked.length; i++) {
    offsets[i + 1] = offsets[i]! + places[picked[i]! + 1]! - places[picked[i]!]!;
  }
  const bytes = Buffer.from(new ArrayBuffer(offsets[picked.length]!));
  for (let i = 0; i < picked.length; i++) {
    bytes.set(letters.subarray(places[picked[i]!]!, places[picked[i]! + 1]!), offsets[i]!);
  }
  return { bytes, offsets };
}

function textsOf({ bytes, offsets }: Part): string[] {
  const all = isAscii(bytes) ? bytes.toString('latin1') : undefined;
  return Array.from({ length: offsets.length - 1 }, (_, i) => {
    const [start, end] = [offsets[i]!, offsets[i + 1]!];
    return all?.slice(start, end) ?? bytes.toString('utf8', start, end);
  });
}
