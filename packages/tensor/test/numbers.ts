// Deterministic numbers for tests; independent of the package's own random streams.

/** `count` numbers in [low, high) that depend on `seed` only (mulberry32). */
export function numbers(count: number, seed = 1, low = -2, high = 2): number[] {
  let state = seed >>> 0;
  return Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return low + (((word ^ (word >>> 14)) >>> 0) / 2 ** 32) * (high - low);
  });
}

/** The product of sizes. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The index of every element of a shape, in row-major order. */
export function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (prefixes, size) => prefixes.flatMap((prefix) => Array.from({ length: size }, (_, i) => [...prefix, i])),
    [[]],
  );
}

/** Where an index lies in a row-major array of a shape that may be stretched by broadcasting. */
export function placeOf(index: readonly number[], shape: readonly number[]): number {
  const own = index.slice(index.length - shape.length);
  return shape.reduce((place, size, axis) => place * size + (size === 1 ? 0 : own[axis]!), 0);
}
