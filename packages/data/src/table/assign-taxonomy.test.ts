import { describe, expect, it } from 'vitest';
import { rowsOf, tableOf, temporaryFile } from '../../test/fixtures.js';
import { assignTaxonomy, readTaxonomy } from './assign-taxonomy.js';

describe('readTaxonomy', () => {
  it('takes the column of lineages, whatever its case, and keeps words that elsewhere mean missing', async () => {
    const text = 'Feature ID\tConfidence\tTaxon\nf1\t0.9\td__Bacteria; p__Firmicutes\nf2\t0.5\tNA\nf3\t0.1\t\n';
    expect([...(await readTaxonomy(temporaryFile('t.tsv', text)))]).toEqual([
      ['f1', ['d__Bacteria', 'p__Firmicutes']],
      ['f2', ['NA']],
      ['f3', []],
    ]);
    expect((await readTaxonomy(temporaryFile('t.csv', 'id,lineage\nf1,k__A|p__B\n'))).get('f1')).toEqual([
      'k__A',
      'p__B',
    ]);
  });

  it('names the columns of a file without one', async () => {
    const path = temporaryFile('t.tsv', 'id\tphylum\nf1\tx\n');
    await expect(readTaxonomy(path)).rejects.toThrow('it has no column "Taxon" (found phylum)');
  });
});

describe('assignTaxonomy', () => {
  it('replaces the ranks, and counts the features and reads without', () => {
    const rows = [
      [1, 2, 4],
      [0, 8, 0],
    ];
    const { table, without } = assignTaxonomy(tableOf(rows), new Map([['f1', ['k__A']]]));
    expect(rowsOf(table)).toEqual(rows);
    expect(table.taxonomy).toEqual([['k__A'], [], []]);
    expect(without).toEqual({ count: 2, first: ['f2', 'f3'], reads: 14 });
  });
});
