import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../test/fixtures.js';
import { readClassicTable } from './read-classic-table.js';

const cell = fc.constantFrom(
  ...['0', '0', '0.0', '0.00', '00', ' 0', '0 ', '-0', '0e5', '0.01', '01', '1', '+3', '2.5', '.5', '5.', '1e3', '0.'],
);
const anyCells = fc
  .record({ rows: fc.integer({ min: 1, max: 5 }), columns: fc.integer({ min: 1, max: 5 }) })
  .chain(({ rows, columns }) =>
    fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
  );

describe('readClassicTable', () => {
  it('for any way to write a number, reads what Number reads, with and without taxonomy', () => {
    fc.assert(
      fc.property(anyCells, fc.boolean(), fc.constantFrom('\n', '\r\n', '\r'), (rows, hasTaxonomy, end) => {
        const header = ['#OTU ID', ...rows[0]!.map((_, i) => `s${i}`), ...(hasTaxonomy ? ['taxonomy'] : [])];
        const lines = rows.map((cells, i) => [`f${i}`, ...cells, ...(hasTaxonomy ? [`k__${i}; p__x`] : [])]);
        const text = [header, ...lines].map((line) => line.join('\t')).join(end);
        const table = readClassicTable(text, 'x');
        expect(rowsOf(table)).toEqual(
          rows[0]!.map((_, column) => rows.map((cells) => Math.abs(Number(cells[column])))),
        );
        expect(table.taxonomy).toEqual(hasTaxonomy ? rows.map((_, i) => [`k__${i}`, 'p__x']) : undefined);
      }),
    );
  });

  it.each([
    ['#OTU ID\ta\tb\nf\t0', 'line 2 has 2 cells, the header 3'],
    ['#OTU ID\ta\tb\nf\t0\t', 'line 2 has "" in sample "b", not a count'],
    ['#OTU ID\ta\tb\nf\t\t0', 'line 2 has "" in sample "a", not a count'],
    ['#OTU ID\ta\nf\t0\tx', 'line 2 has 3 cells, the header 2'],
    ['#OTU ID\ta\ttaxonomy\nf\t0\tk__A\tx', 'line 2 has 4 cells, the header 3'],
    ['#OTU ID\ta\nf\t0.0.0', 'line 2 has "0.0.0" in sample "a"'],
    ['#OTU ID\ta\nf\t0x1', 'line 2 has "0x1" in sample "a"'],
  ])('refuses %j', (text, found) => {
    expect(() => readClassicTable(text, 'x')).toThrow(found);
  });

  it('takes empty cells behind the last column for nothing', () => {
    const table = readClassicTable('#OTU ID\ta\ttaxonomy\t\t\nf\t1\tk__A\t\t\ng\t2\n', 'x');
    expect([rowsOf(table), table.taxonomy]).toEqual([[[1, 2]], [['k__A'], []]]);
  });
});
