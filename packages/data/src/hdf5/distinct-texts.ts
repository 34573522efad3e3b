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
  for (let i = 0; i < texts.length; i++) {
    const known = numbers.get(texts[i]!);
    indices[i] = known ?? numbers.size;
    if (known === undefined) numbers.set(texts[i]!, numbers.size);
  }
  return { values: [...numbers.keys()], indices };
}
