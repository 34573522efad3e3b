import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../../test/fixtures.js';
import { augment } from './augment.js';
import type { SequenceStep } from './augmentation-step.js';
import { maskBases, substituteBases, truncateBases } from './change-bases.js';

const anyBases = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 40 }).map((bases) => Uint8Array.from(bases));
const anyRate = fc.double({ min: 0, max: 1, noNaN: true });
const apply = (step: SequenceStep, bases: Uint8Array, epoch = 0, id = 'asv'): Uint8Array =>
  augment([step]).sequence(bases, { seed: 2, epoch, id });
const repeated = (base: number, count: number): Uint8Array => new Uint8Array(count).fill(base);

describe('substituteBases', () => {
  it('for any bases, keeps length and unknown letters, and gives bases only', () => {
    fc.assert(
      fc.property(anyBases, anyRate, fc.nat(99), (bases, rate, epoch) => {
        const changed = apply(substituteBases({ rate }), bases, epoch);
        expect(changed.length).toBe(bases.length);
        changed.forEach((base, i) => {
          if (bases[i] === 0) expect(base).toBe(0);
          else expect(base >= 1 && base <= 4).toBe(true);
        });
      }),
    );
  });

  it.each([1, 2, 3, 4])('replaces base %d at the rate by each of the three others equally often', (base) => {
    const changed = apply(substituteBases({ rate: 0.3 }), repeated(base, 30_000));
    for (const other of [1, 2, 3, 4]) {
      const found = changed.filter((one) => one === other).length;
      expect(Math.abs(found - (other === base ? 21_000 : 3000))).toBeLessThan(400);
    }
    expect(apply(substituteBases({ rate: 1 }), repeated(base, 1000))).not.toContain(base);
  });
});

describe('maskBases', () => {
  it('for any bases, keeps every base that is not made unknown, and at rate 0 all', () => {
    fc.assert(
      fc.property(anyBases, anyRate, fc.nat(99), (bases, rate, epoch) => {
        const changed = apply(maskBases({ rate }), bases, epoch);
        expect(changed.length).toBe(bases.length);
        changed.forEach((base, i) => {
          expect([0, bases[i]]).toContain(base);
        });
        expect(apply(maskBases({ rate: 0 }), bases, epoch)).toEqual(bases);
      }),
    );
  });

  it.each([0.05, 0.5, 0.9])(
    'masks places independently of each other at rate %d, the first and the last like all',
    (rate) => {
      const [times, length] = [6000, 5];
      const hits = new Array<number>(length).fill(0);
      let pairs = 0;
      for (let epoch = 0; epoch < times; epoch++) {
        const masked = [...apply(maskBases({ rate }), repeated(1, length), epoch)].map((base) => (base === 0 ? 1 : 0));
        masked.forEach((hit, place) => {
          hits[place]! += hit;
          if (place > 0) pairs += hit * masked[place - 1]!;
        });
      }
      const within = (found: number, tries: number, chance: number): void => {
        expect(Math.abs(found - tries * chance)).toBeLessThanOrEqual(6 * Math.sqrt(tries * chance * (1 - chance)));
      };
      for (const found of hits) within(found, times, rate);
      within(pairs, times * (length - 1), rate ** 2);
    },
  );

  it('masks at the rate', () => {
    const masked = apply(maskBases({ rate: 0.2 }), repeated(3, 30_000)).filter((base) => base === 0).length;
    expect(Math.abs(masked - 6000)).toBeLessThan(350);
  });
});

describe('truncateBases', () => {
  it('for any bases, keeps their beginning, at least the fewest', () => {
    fc.assert(
      fc.property(anyBases, fc.integer({ min: 1, max: 50 }), fc.nat(99), (bases, minimumBases, epoch) => {
        const cut = apply(truncateBases({ minimumBases }), bases, epoch);
        expect(cut).toEqual(bases.slice(0, cut.length));
        expect(cut.length).toBeGreaterThanOrEqual(Math.min(minimumBases, bases.length));
      }),
    );
  });

  it('gives every length equally often', () => {
    const times = new Map<number, number>();
    for (let epoch = 0; epoch < 4000; epoch++) {
      const { length } = apply(truncateBases({ minimumBases: 7 }), repeated(1, 10), epoch);
      times.set(length, (times.get(length) ?? 0) + 1);
    }
    expect([...times.keys()].sort((a, b) => a - b)).toEqual([7, 8, 9, 10]);
    for (const found of times.values()) expect(Math.abs(found - 1000)).toBeLessThan(140);
  });
});

describe('steps on sequences', () => {
  it('depend on seed, ASV and epoch only, and steps on communities leave sequences alone', () => {
    const bases = repeated(2, 60);
    const step = substituteBases({ rate: 0.5 });
    expect(apply(step, bases, 1)).toEqual(apply(step, bases, 1));
    const variants = [apply(step, bases, 1), apply(step, bases, 2), apply(step, bases, 1, 'other')].map(String);
    expect(new Set(variants).size).toBe(3);
    expect(bases).toEqual(repeated(2, 60));
  });

  it.each([
    () => substituteBases({ rate: -0.1 }),
    () => maskBases({ rate: 2 }),
    () => truncateBases({ minimumBases: 0 }),
    () => truncateBases({ minimumBases: 1.5 }),
  ])('refuse %s', async (make) => {
    expect(await codeOf(make)).toBe('OPTION_INVALID');
  });
});
