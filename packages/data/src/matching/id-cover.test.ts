import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Coverage, coverOf, placesCoveredByAll } from './id-cover.js';

const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1 });

describe('Coverage', () => {
  it('for any ids, says which a cover has, and names the first others in the order of the cover', () => {
    fc.assert(
      fc.property(names, names, fc.nat(7), (has, ids, most) => {
        const coverage = new Coverage(coverOf(has), ids);
        const others = has.filter((id) => !ids.includes(id));
        expect([...coverage.has]).toEqual(ids.map((id) => (has.includes(id) ? 1 : 0)));
        expect(coverage.coveredCount).toBe(ids.filter((id) => has.includes(id)).length);
        expect(coverage.otherCount).toBe(others.length);
        expect(coverage.firstOthers(most)).toEqual(others.slice(0, most));
      }),
    );
  });

  it('takes ids for covered that need no cover, which are no ids of the cover for that', () => {
    const coverage = new Coverage(coverOf(['a', 'x']), ['a', 'b', 'c'], (id) => id === 'b');
    expect([...coverage.has]).toEqual([1, 1, 0]);
    expect([coverage.coveredCount, coverage.otherCount, coverage.firstOthers(2)]).toEqual([2, 1, ['x']]);
  });

  it('for any coverages, keeps the places that all of them have', () => {
    fc.assert(
      fc.property(names, fc.array(fc.option(names, { nil: undefined })), (ids, covers) => {
        const coverages = covers.map((has) => has && new Coverage(coverOf(has), ids));
        const wanted = [...ids.keys()].filter((at) =>
          covers.every((has) => has === undefined || has.includes(ids[at]!)),
        );
        expect(placesCoveredByAll(ids, coverages)).toEqual(wanted);
      }),
    );
  });
});
