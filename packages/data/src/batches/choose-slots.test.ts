import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableOf } from '../../test/fixtures.js';
import { Draws } from '../random/draws.js';
import { selectFeatures } from '../table/select-features.js';
import { chooseSlots } from './choose-slots.js';
import type { AsvChoice } from './community-dataset.js';
import { createCommunityDataset } from './community-dataset.js';
import { makeBatch } from './make-batch.js';

describe('the choice of ASVs by weight', () => {
  const features = Uint32Array.of(0, 1, 2, 3);
  const counts = Float64Array.of(6, 3, 2, 1);
  const choose = (limit: number, epoch: number): number[] => [
    ...chooseSlots(features, counts, {
      maxAsvsPerSample: limit,
      asvChoice: 'weighted',
      slotOrder: 'table',
      sequenceRanks: features,
      draws: () => new Draws({ seed: 3, purpose: 'asvChoice', epoch }),
    }),
  ];

  it('draws a single one in proportion to its reads', () => {
    const times = [0, 0, 0, 0];
    for (let epoch = 0; epoch < 12_000; epoch++) times[choose(1, epoch)[0]!]! += 1;
    counts.forEach((count, i) => {
      expect(Math.abs(times[i]! - 1000 * count)).toBeLessThan(5 * Math.sqrt(1000 * count));
    });
  });

  it('draws two as two draws without replacement do', () => {
    const times = new Map<string, number>();
    for (let epoch = 0; epoch < 12_000; epoch++) {
      const key = choose(2, epoch).join();
      times.set(key, (times.get(key) ?? 0) + 1);
    }
    for (const [a, b] of [
      [0, 1],
      [0, 3],
      [1, 2],
      [2, 3],
    ] as const) {
      const [p, q] = [counts[a]! / 12, counts[b]! / 12];
      const expected = 12_000 * ((p * q) / (1 - p) + (q * p) / (1 - q));
      expect(Math.abs(times.get(`${a},${b}`)! - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
  });
});

describe('slots of a batch', () => {
  const sequences = ['ACGT', 'TTNA', 'GG', 'CCCCCC', 'AU'];
  const choices: AsvChoice[] = ['abundance', 'random', 'weighted'];

  it('for any order of the features in the file, hold the same sequences in the same order', () => {
    const anyRow = fc.array(fc.nat(3), { minLength: 5, maxLength: 5 }).filter((row) => row.some((count) => count > 0));
    fc.assert(
      fc.property(anyRow, fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), (row, order) => {
        const table = tableOf([row]);
        const slotsOf = (made: typeof table, dna: string[]): string[] => {
          const batch = makeBatch(createCommunityDataset(made, { sequences: dna, maxAsvsPerSample: 3 }), [0]);
          return Array.from(batch.slotAsvs, (asv, slot) => `${dna[batch.asvFeatures[asv]!]} ${batch.slotCounts[slot]}`);
        };
        const shuffled = selectFeatures(
          table,
          order.map((i) => table.featureIds[i]!),
        );
        expect(
          slotsOf(
            shuffled,
            order.map((i) => sequences[i]!),
          ),
        ).toEqual(slotsOf(table, sequences));
      }),
    );
  });

  it.each(choices)('chosen by %s, stand with the most abundant first', (asvChoice) => {
    const dataset = createCommunityDataset(tableOf([[4, 1, 9, 2, 6]]), { sequences, maxAsvsPerSample: 3, asvChoice });
    const counts = [...makeBatch(dataset, [0]).slotCounts];
    expect(counts.length).toBe(3);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
  });
});
