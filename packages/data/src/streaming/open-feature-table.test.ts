import { describe, expect, it } from 'vitest';
import { demoPath, vectorPath } from '../../test/fixtures.js';
import { readFeatureTable } from '../table/read-feature-table.js';
import { tableOfSource } from './feature-table-source.js';
import { openFeatureTable } from './open-feature-table.js';

describe('openFeatureTable', () => {
  it.each(['biom21_int32_taxonomy.biom', 'biom10_sparse.biom', 'classic.tsv'])(
    'opens %s as the whole table',
    async (name) => {
      const path = vectorPath(`08_data/biom/${name}`);
      await using source = await openFeatureTable(path);
      expect(await tableOfSource(source)).toEqual(await readFeatureTable(path));
    },
  );

  it('serves several readings at once, and stops with its signal', async () => {
    const stop = new AbortController();
    await using source = await openFeatureTable(demoPath('table.biom'));
    const parts = await Promise.all([0, 100, 200].map((start) => source.samples(start, start + 100)));
    const whole = await source.samples(0, 300);
    expect(parts.flatMap(({ counts }) => [...counts])).toEqual([...whole.counts]);
    stop.abort(new Error('enough'));
    await expect(source.samples(0, 1, { signal: stop.signal })).rejects.toThrow('enough');
  });
});
