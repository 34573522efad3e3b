import { describe, expect, it } from 'vitest';
import { demoPath, vectorPath } from '../../test/fixtures.js';
import { openFeatureTable } from '../table/open-feature-table.js';
import { readFeatureTable } from './feature-table-source.js';
import { openFeatureTableSource } from './open-feature-table-source.js';

describe('openFeatureTableSource', () => {
  it.each(['biom21_int32_taxonomy.biom', 'biom10_sparse.biom', 'classic.tsv'])(
    'opens %s as the whole table',
    async (name) => {
      const path = vectorPath(`08_data/biom/${name}`);
      await using source = await openFeatureTableSource(path);
      expect(await readFeatureTable(source)).toEqual(await openFeatureTable(path));
    },
  );

  it('serves several readings at once, and stops with its signal', async () => {
    const stop = new AbortController();
    await using source = await openFeatureTableSource(demoPath('table.biom'));
    const parts = await Promise.all([0, 100, 200].map((start) => source.samples(start, start + 100)));
    const whole = await source.samples(0, 300);
    expect(parts.flatMap(({ counts }) => [...counts])).toEqual([...whole.counts]);
    stop.abort(new Error('enough'));
    await expect(source.samples(0, 1, { signal: stop.signal })).rejects.toThrow('enough');
  });
});
