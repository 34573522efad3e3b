// Texts of a data set, each distinct one kept once. Knows no file.

/** Many texts by number: values repeat in metadata, and ids do not. */
export interface DistinctTexts {
  /** The texts, in any order. */
  readonly values: readonly string[];
  /** Which of them stands at each place. */
  readonly indices: Uint32Array;
}

/** Texts with their repetitions told apart. */
export function distinctTexts(texts: readonly string[]): DistinctTexts {
  const numbers = new Map<string, number>();
  const indices = new Uint32Array(texts.length);
  numberTexts({ texts, first: 0, step: 1 }, numbers, indices);
  return { values: [...numbers.keys()], indices };
}

/** Writes the number of each text to `first`, `first + step`, and so on; new texts get the next numbers. */
export function numberTexts(
  { texts, first, step }: { readonly texts: readonly string[]; readonly first: number; readonly step: number },
  numbers: Map<string, number>,
  indices: Uint32Array,
): void {
  for (let i = 0, place = first; i < texts.length; i++, place += step) {
    const known = numbers.get(texts[i]!);
    indices[place] = known ?? numbers.size;
    if (known === undefined) numbers.set(texts[i]!, numbers.size);
  }
}
