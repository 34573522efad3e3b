import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFeatureTable } from '@seq/data';
import { describe, expect, it } from 'vitest';
import { mergeDistanceParts, openTree, readDistanceMatrix, unifracMatrix } from '../src/index.js';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/ssu/${name}`, import.meta.url));
const [a, b] = [fixture('a.partial'), fixture('b.partial')];
const folder = await mkdtemp(join(tmpdir(), 'seq-unifrac-ssu-'));

/** A copy of a partial result with one byte changed. */
async function changed(name: string, at: number, by: (byte: number) => number): Promise<string> {
  const bytes = await readFile(fixture(name));
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = by(bytes[place]!);
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
}

describe('partial results of ssu', () => {
  it('are merged in any order to what ssu computes at once, and what we compute', async () => {
    const merged = await mergeDistanceParts([b, a]);
    const whole = await readDistanceMatrix(fixture('whole.tsv'));
    const table = await readFeatureTable(fixture('table.tsv'));
    using tree = await openTree(fixture('tree.nwk'));
    const own = await unifracMatrix(table, tree, { metric: 'weightedNormalized' });
    expect(merged.ids).toEqual(whole.ids);
    expect(merged.ids).toEqual(own.ids);
    merged.condensed.forEach((distance, pair) => {
      expect(Math.abs(distance - whole.condensed[pair]!)).toBeLessThanOrEqual(1e-15);
      expect(Math.abs(distance - own.condensed[pair]!)).toBeLessThanOrEqual(1e-6);
    });
  });

  it('are refused where stripes are missing or twice there', async () => {
    await expect(mergeDistanceParts([b])).rejects.toThrow('hold 2 of 4 stripes; the first missing one is number 0');
    await expect(mergeDistanceParts([a])).rejects.toMatchObject({ code: 'PARTS_INCOMPLETE' });
    await expect(mergeDistanceParts([a, a])).rejects.toThrow(/both hold stripe 0\. Give one of them/);
    const renamed = await changed('b.partial', 34, () => 'x'.charCodeAt(0));
    await expect(mergeDistanceParts([a, renamed])).rejects.toMatchObject({ code: 'PARTS_DIFFER' });
  });

  it.each([
    ['a header of other flags', 20, /its header is not one/],
    ['another number of samples', 4, /it has 7 ids for 8 samples/],
    ['another number of stripes', 16, /stripes 0 to 2 of 11 do not fit 7 samples/],
    ['stripes beyond the last', 12, /stripes 15 to 17 of 4 do not fit 7 samples/],
    ['a damaged block of ids', 33, /damaged or cut off/],
    ['a block of another size', 63, /damaged or cut off|cut off/],
    ['another end', -1, /its end is missing/],
  ])('with %s are refused', async (_, at, reason) => {
    const path = await changed('a.partial', at, (byte) => byte ^ 0x0f);
    await expect(mergeDistanceParts([path, b])).rejects.toThrow(reason);
    await expect(mergeDistanceParts([path, b])).rejects.toMatchObject({ code: 'FILE_MALFORMED' });
  });

  it('cut off anywhere are refused', async () => {
    const bytes = await readFile(a);
    for (let length = 4; length < bytes.length; length++) {
      await writeFile(join(folder, 'cut.partial'), bytes.subarray(0, length));
      await expect(mergeDistanceParts([join(folder, 'cut.partial'), b])).rejects.toMatchObject({
        code: 'FILE_MALFORMED',
      });
    }
  });
});
