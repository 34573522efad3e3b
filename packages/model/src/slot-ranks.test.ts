import { describe, expect, it } from 'vitest';
import { communityInput } from '../test/tiny-community.js';
import { abundanceRanks } from './slot-ranks.js';

describe('abundanceRanks', () => {
  it('ranks by reads, then by bases: unknown, A, C, G, T, shorter first', () => {
    const reads = ['TA', 'AC', 'ACG', 'NC', 'GG'];
    const samples = [
      [
        [0, 2],
        [1, 1],
        [2, 1],
        [3, 1],
        [4, 9],
      ],
      [[2, 5]],
      [
        [4, 3],
        [0, 3],
      ],
    ] as const;
    expect([...abundanceRanks(communityInput({ reads, samples }))]).toEqual([1, 3, 4, 2, 0, 0, 0, 1]);
  });

  it('keeps equal reads in the order given, and takes no notice of the order of distinct ASVs', () => {
    const sample = [
      [1, 1],
      [0, 1],
      [2, 1],
    ] as const;
    expect([...abundanceRanks(communityInput({ reads: ['AC', 'AC', 'A'], samples: [sample] }))]).toEqual([1, 2, 0]);
    const renumbered = sample.map(([read, count]) => [2 - read, count] as const);
    const again = communityInput({ reads: ['A', 'AC', 'AC'], samples: [renumbered] });
    expect([...abundanceRanks(again)]).toEqual([1, 2, 0]);
  });
});
