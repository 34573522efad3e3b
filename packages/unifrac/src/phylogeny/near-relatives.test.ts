import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearRelatives } from './near-relatives.js';
import { parseNewick } from './parse-newick.js';

const relatives = (newick: string, ids: readonly string[], options: { distance: number; most?: number }) =>
  nearRelatives(parseNewick(newick), ids, options).map((found) => [...found]);

/** A tree by its branches: the parent of node i is below i, and the lengths are quarters, so that sums are exact. */
const anyTree = fc
  .array(fc.record({ above: fc.nat(1000), length: fc.nat(8) }), { minLength: 2, maxLength: 24 })
  .map((nodes) => {
    const parents = [-1, ...nodes.map(({ above }, i) => above % (i + 1))];
    const lengths = [0, ...nodes.map(({ length }) => length / 4)];
    const childrenOf = (node: number): number[] => [...parents.keys()].filter((child) => parents[child] === node);
    const nameOf = (node: number): string => `it's ${node}, (a:b)`;
    const write = (node: number): string => {
      const children = childrenOf(node);
      const inside =
        children.length > 0 ? `(${children.map(write).join(',')})` : `'${nameOf(node).replaceAll("'", "''")}'`;
      return `${inside}${node > 0 ? `:${lengths[node]}` : ''}`;
    };
    const tips = [...parents.keys()].filter((node) => childrenOf(node).length === 0);
    const way = (node: number): number[] => (node < 0 ? [] : [node, ...way(parents[node]!)]);
    /** Branches of one way to the root that the other does not have. */
    const pathBetween = (a: number, b: number): number => {
      const [ofA, ofB] = [way(a), way(b)];
      const apart = [...ofA.filter((node) => !ofB.includes(node)), ...ofB.filter((node) => !ofA.includes(node))];
      return apart.reduce((sum, node) => sum + lengths[node]!, 0);
    };
    return { newick: `${write(0)};`, tips, names: tips.map(nameOf), pathBetween };
  });

describe('nearRelatives', () => {
  it('for any tree, finds the tips within the distance, nearest first, ties by index', () => {
    fc.assert(
      fc.property(
        anyTree,
        fc.nat(16),
        fc.integer({ min: 1, max: 5 }),
        ({ newick, tips, names, pathBetween }, quarters, most) => {
          const distance = quarters / 4;
          const expected = tips.map((tip, i) =>
            tips
              .map((other, j) => ({ j, path: pathBetween(tip, other) }))
              .filter(({ j, path }) => j !== i && path <= distance)
              .sort((a, b) => a.path - b.path || a.j - b.j)
              .slice(0, most)
              .map(({ j }) => j),
          );
          expect(relatives(newick, names, { distance, most })).toEqual(expected);
        },
      ),
    );
  });

  it('knows only the features that are asked for, by their index', () => {
    const newick = '((a:1,b:1)d:1,(c:1,d:3):1);';
    expect(relatives(newick, ['c', 'x', 'a'], { distance: 4 })).toEqual([[2], [], [0]]);
    expect(relatives(newick, ['d', 'c'], { distance: 3.9 })).toEqual([[], []]);
    expect(relatives(newick, ['d', 'c'], { distance: 4 })).toEqual([[1], [0]]);
    expect(relatives(newick, ['x', 'a'], { distance: 4 })).toEqual([[], []]);
  });

  it.each([[-1], [Number.NaN], [Number.POSITIVE_INFINITY]])('refuses the distance %d', (distance) => {
    expect(() => relatives('(a:1,b:1);', ['a'], { distance })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
    expect(() => relatives('(a:1,b:1);', ['a'], { distance: 1, most: 0 })).toThrow(/most 0/);
  });
});
