// NumPy's SeedSequence: turns a seed of any size into well-mixed words. Bit-exact.

const words32 = 32n;
const mask32 = 0xffff_ffffn;
const initA = 0x43b0_d7e5;
const multiplierA = 0x931e_8875;
const initB = 0x8b51_f9dd;
const multiplierB = 0x58f3_8ded;
const mixLeft = 0xca01_f9dd;
const mixRight = 0x4973_f715;
const poolSize = 4;

/** The seed in 32-bit words, low word first; zero is one word. */
function entropyOf(seed: bigint): number[] {
  const words: number[] = [];
  for (let rest = seed; rest > 0n || words.length === 0; rest >>= words32) words.push(Number(rest & mask32));
  return words;
}

/** A hash that changes its constant with every value. */
function hasher(start: number, multiplier: number): (value: number) => number {
  let constant = start;
  return (value) => {
    let mixed = value ^ constant;
    constant = Math.imul(constant, multiplier);
    mixed = Math.imul(mixed, constant);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}

function mix(left: number, right: number): number {
  const mixed = (Math.imul(mixLeft, left) - Math.imul(mixRight, right)) >>> 0;
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/**
 * The first `count` 32-bit words of the state that NumPy's `SeedSequence(seed)` generates.
 *
 * @param seed - not negative.
 * @see O'Neill 2015, "Developing a seed_seq alternative", https://www.pcg-random.org/posts/developing-a-seed_seq-alternative.html
 */
export function seedWords(seed: bigint, count: number): Uint32Array {
  const entropy = entropyOf(seed);
  const hash = hasher(initA, multiplierA);
  const pool = Array.from({ length: poolSize }, (_, i) => hash(entropy[i] ?? 0));
  for (let source = 0; source < poolSize; source++) {
    for (let target = 0; target < poolSize; target++) {
      if (source !== target) pool[target] = mix(pool[target]!, hash(pool[source]!));
    }
  }
  for (const word of entropy.slice(poolSize)) {
    for (let target = 0; target < poolSize; target++) pool[target] = mix(pool[target]!, hash(word));
  }
  const spread = hasher(initB, multiplierB);
  return Uint32Array.from({ length: count }, (_, i) => spread(pool[i % poolSize]!));
}
