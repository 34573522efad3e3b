import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { codeOf, rowsOf, tableOf } from '../../test/fixtures.js';
import { MersenneTwister, permutation } from './mersenne-twister.js';
import { drawBinomial, drawMultinomial } from './numpy-binomial.js';
import { chooseDistinct, integerUpTo } from './numpy-draws.js';
import { Pcg64 } from './pcg64.js';
import { referenceRarefy } from './reference-rarefy.js';

const hex = (bits: bigint): string => bits.toString(16).padStart(16, '0');

describe('Pcg64', () => {
  it.each([
    [0, ['a30febcfd9c2825f', '4510bdf882d9d721', '0a7d3da94ecde8b8']],
    [42, ['c621fbcd16d92688', '705a5661a791ffc1', 'dbcd12c26eda1624']],
  ])('gives the bits of NumPy for seed %i', (seed, wanted) => {
    const generator = new Pcg64(seed);
    expect(wanted.map(() => hex(generator.next64()))).toEqual(wanted);
  });

  it('splits 64 bits into low and high words, and keeps the high one over other draws', () => {
    const bits = new Pcg64(7);
    const words = new Pcg64(7);
    const [first, second] = [bits.next64(), bits.next64()];
    expect(words.next32()).toBe(Number(first & 0xffff_ffffn));
    expect(words.nextDouble()).toBe(Number(second >> 11n) / 2 ** 53);
    expect(words.next32()).toBe(Number(first >> 32n));
  });

  it('refuses what is no seed', async () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53, -1n])
      expect(await codeOf(() => new Pcg64(seed))).toBe('OPTION_INVALID');
  });

  it('takes every bit of a seed of any size', () => {
    const of = (seed: bigint): string => hex(new Pcg64(seed).next64());
    const seeds = [0n, 1n, 1n << 32n, 1n << 64n, 1n << 128n, (1n << 128n) + 1n, 1n << 160n];
    expect(new Set(seeds.map(of)).size).toBe(seeds.length);
    expect(of(5n)).toBe(hex(new Pcg64(5).next64()));
  });
});

describe('chooseDistinct', () => {
  it.each([
    [0, 10, 4, [5, 7, 4, 2]],
    [42, 10, 4, [0, 6, 5, 4]],
    [0, 100, 8, [79, 59, 48, 25, 29, 4, 7, 1]],
    [42, 100, 8, [8, 72, 62, 42, 96, 84, 98, 69]],
  ])('gives the choice of NumPy for seed %i, %i of which %i', (seed, population, size, wanted) => {
    expect([...chooseDistinct(population, size, new Pcg64(seed))]).toEqual(wanted);
  });

  it.each([
    [0, 9000, 5000, [3403, 2549, 2046, 1080, 1232], 22_521_544],
    [42, 9000, 5000, [357, 3097, 2620, 1757, 1734], 22_147_786],
    [0, 20_000, 5000, [1354, 4079, 7908, 12_539, 11_170], 50_256_604],
    [42, 20_000, 5000, [7479, 10_179, 12_294, 16_123, 3177], 50_039_265],
  ])('gives it on both sides of its switch of methods, for seed %i and %i', (seed, population, size, start, sum) => {
    const chosen = chooseDistinct(population, size, new Pcg64(seed));
    expect([...chosen.subarray(0, 5)]).toEqual(start);
    expect(chosen.reduce((total, value) => total + value, 0)).toBe(sum);
    expect(new Set(chosen).size).toBe(size);
  });
});

describe('integerUpTo', () => {
  it('takes no bits for zero, one word below 2^32, and 64 bits beyond', () => {
    const [generator, words] = [new Pcg64(3), new Pcg64(3)];
    expect(integerUpTo(0, generator)).toBe(0);
    expect(integerUpTo(2 ** 32 - 1, generator)).toBe(words.next32());
    expect(integerUpTo(2 ** 31, generator)).toBe(Number((BigInt(words.next32()) * (2n ** 31n + 1n)) >> 32n));
    expect(integerUpTo(2 ** 40 - 1, generator)).toBe(Number(words.next64() >> 24n));
  });
});

describe('drawBinomial and drawMultinomial', () => {
  // Made with NumPy 2.4.6: default_rng(11).binomial(n, p, 5), and default_rng(11).multinomial(1000, [.1, .2, .3, .4]).
  it.each<[number, number, number[]]>([
    [10, 0.3, [1, 3, 3, 1, 1]],
    [100, 0.9, [93, 90, 89, 95, 93]],
    [100, 0.4, [39, 40, 36, 40, 49]],
    [5000, 0.2, [981, 1047, 958, 998, 935]],
    [5000, 0.93, [4661, 4619, 4675, 4651, 4690]],
    [200000, 0.001, [192, 225, 182, 200, 202]],
    [200000, 0.45, [89840, 90373, 89645, 89982, 89989]],
  ])('gives the draws of NumPy for %i and %d', (count, probability, wanted) => {
    const generator = new Pcg64(11);
    expect(wanted.map(() => drawBinomial(count, probability, generator))).toEqual(wanted);
  });

  it('gives the multinomial draws of NumPy', () => {
    expect([...drawMultinomial(1000, Float64Array.of(0.1, 0.2, 0.3, 0.4), new Pcg64(11))]).toEqual([96, 223, 274, 407]);
  });

  it('draws nothing without bits', () => {
    expect([drawBinomial(0, 0.5, new Pcg64(1)), drawBinomial(5, 0, new Pcg64(1))]).toEqual([0, 0]);
    expect(drawBinomial(5, 1, new Pcg64(1))).toBe(5);
  });
});

describe('MersenneTwister', () => {
  it.each([
    [0, [2_357_136_044, 2_546_248_239]],
    [42, [1_608_637_542, 3_421_126_067]],
  ])('gives the words of NumPy for seed %i', (seed, wanted) => {
    const generator = new MersenneTwister(seed);
    expect(wanted.map(() => generator.next32())).toEqual(wanted);
  });

  it('permutes as NumPy does, and beyond one refill', () => {
    expect([...permutation(12, new MersenneTwister(0))]).toEqual([6, 11, 4, 10, 2, 8, 1, 7, 9, 3, 0, 5]);
    const order = permutation(781, new MersenneTwister(42));
    expect([...order.subarray(0, 5)]).toEqual([595, 587, 543, 645, 487]);
    expect([...order.subarray(157, 162)]).toEqual([639, 133, 355, 55, 409]);
    const sorted = [...permutation(5000, new MersenneTwister(9))].sort((a, b) => a - b).join();
    expect(createHash('sha256').update(sorted).digest('hex')).toBe(
      createHash('sha256')
        .update([...Array(5000).keys()].join())
        .digest('hex'),
    );
  });

  it('refuses seeds that NumPy refuses', async () => {
    for (const seed of [-1, 0.5, 2 ** 32]) expect(await codeOf(() => new MersenneTwister(seed))).toBe('OPTION_INVALID');
  });
});

describe('referenceRarefy', () => {
  const table = tableOf(
    [
      [5, 2, 4, 1],
      [0, 7, 1, 2],
      [3, 0, 9, 3],
    ],
    { features: ['AAAA', 'CCCC', 'GGGG', 'TTTT'] },
  );
  const transposed = (rows: number[][]): number[][] => rows[0]!.map((_, i) => rows.map((row) => row[i]!));

  it.each([
    [
      10,
      0,
      ['s1', 's2', 's3'],
      [
        [5, 0, 2],
        [1, 7, 0],
        [3, 1, 7],
        [1, 2, 1],
      ],
    ],
    [
      10,
      42,
      ['s1', 's2', 's3'],
      [
        [5, 0, 2],
        [1, 7, 0],
        [4, 1, 6],
        [0, 2, 2],
      ],
    ],
    [
      11,
      0,
      ['s1', 's3'],
      [
        [5, 0],
        [1, 0],
        [4, 8],
        [1, 3],
      ],
    ],
    [
      11,
      42,
      ['s1', 's3'],
      [
        [5, 1],
        [2, 0],
        [3, 7],
        [1, 3],
      ],
    ],
  ])('draws the reads of the reference at depth %i with seed %i', (depth, seed, samples, counts) => {
    const rarefied = referenceRarefy(table, { depth, seed });
    expect(rarefied.sampleIds).toEqual(samples);
    expect(rowsOf(rarefied)).toEqual(transposed(counts));
  });

  it('drops features that are left without reads, and cuts fractions', () => {
    const rarefied = referenceRarefy(
      tableOf([
        [1.9, 0.9, 3.2],
        [0, 5, 0.5],
      ]),
      { depth: 4, seed: 1 },
    );
    expect([rarefied.sampleIds, rarefied.featureIds]).toEqual([
      ['s1', 's2'],
      ['f1', 'f2', 'f3'],
    ]);
    expect(rowsOf(rarefied)).toEqual([
      [1, 0, 3],
      [0, 4, 0],
    ]);
    expect(referenceRarefy(table, { depth: 1, seed: 3 }).featureCount).toBeLessThan(4);
  });

  it('keeps the depth in every sample when reads are put back', () => {
    for (const row of rowsOf(referenceRarefy(table, { depth: 12, seed: 5, withReplacement: true }))) {
      expect(row.reduce((sum, count) => sum + count, 0)).toBe(12);
    }
  });

  it('refuses a depth that no sample reaches, and naming the deepest', async () => {
    expect(() => referenceRarefy(table, { depth: 16, seed: 0 })).toThrow('the largest has 15');
    expect(await codeOf(() => referenceRarefy(table, { depth: 16, seed: 0 }))).toBe('RAREFACTION_LEAVES_NOTHING');
    for (const depth of [0, 1.5, Number.NaN]) {
      expect(await codeOf(() => referenceRarefy(table, { depth, seed: 0 }))).toBe('OPTION_INVALID');
    }
  });
});
