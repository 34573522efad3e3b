import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeOf, temporaryFile, temporaryFolder } from '../../test/fixtures.js';
import { readArrowVectors } from './read-arrow-vectors.js';
import { type VectorRows, writeArrowVectors } from './write-arrow-vectors.js';

async function written(rows: VectorRows): Promise<string> {
  const path = join(temporaryFolder(), 'x.arrow');
  const file = await open(path, 'w');
  await writeArrowVectors(file, rows);
  await file.close();
  return path;
}

const lists = { ids: ['a', 'ä b', 'c'], name: 'distances', width: 2, precision: 'f64' } as const;

describe('rows of numbers in Arrow', () => {
  it('are read as they were written, in lists and alone, in either width and any blocks', async () => {
    const blocks = [Float64Array.of(1, 2), Float64Array.of(3, 4, 5, 0.1)];
    expect(await readArrowVectors(await written({ ...lists, blocks }))).toEqual({
      ids: lists.ids,
      name: 'distances',
      width: 2,
      values: Float64Array.of(1, 2, 3, 4, 5, 0.1),
    });
    const alone = { ids: ['a', 'b'], name: 'faith_pd', width: undefined, precision: 'f32' } as const;
    expect(await readArrowVectors(await written({ ...alone, blocks: [Float32Array.of(1, 0.1)] }))).toEqual({
      ids: alone.ids,
      name: 'faith_pd',
      width: undefined,
      values: Float32Array.of(1, 0.1),
    });
    const asvs = { ...alone, idColumn: 'asv', blocks: [Float32Array.of(1, 0.1)] };
    expect((await readArrowVectors(await written(asvs), { idColumn: 'asv' })).ids).toEqual(alone.ids);
    await expect(readArrowVectors(await written(asvs))).rejects.toThrow('it has no column sample_id');
    const none = await readArrowVectors(await written({ ...lists, ids: [], blocks: [] }));
    expect([none.ids, none.values.length]).toEqual([[], 0]);
  });

  it('are refused where the file is cut off, damaged or something else', async () => {
    const bytes = await readFile(await written({ ...lists, blocks: [new Float64Array(6)] }));
    const refused = (content: string | Uint8Array): Promise<string> =>
      codeOf(() => readArrowVectors(temporaryFile('x.arrow', content)));
    expect(await refused(bytes.subarray(0, 200))).toBe('FILE_MALFORMED');
    expect(await refused('no Arrow at all')).toBe('FILE_MALFORMED');
    expect(await refused(new Uint8Array(0))).toBe('FILE_MALFORMED');
    expect(await codeOf(() => readArrowVectors('/no/such.arrow'))).toBe('FILE_NOT_FOUND');
    const renamed = Buffer.from(bytes.toString('latin1').replaceAll('sample_id', 'sample_ix'), 'latin1');
    const path = temporaryFile('x.arrow', renamed);
    await expect(readArrowVectors(path)).rejects.toThrow(/it has 2 columns beside sample_id|no column sample_id/);
  });
});
