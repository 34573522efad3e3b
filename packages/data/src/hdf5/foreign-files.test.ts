import { cpSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { codeOf, rowsOf, temporaryFile, temporaryFolder } from '../../test/fixtures.js';
import { readFeatureTable } from '../table/read-feature-table.js';
import { Hdf5File } from './hdf5-file.js';

const fixtures = fileURLToPath(new URL('../../test/hdf5/foreign/', import.meta.url));

describe('HDF5 that refers to other files', () => {
  it('is read where it does not', async () => {
    const wanted = [
      [0, 5],
      [1, 2],
    ];
    expect(rowsOf(await readFeatureTable(join(fixtures, 'own.biom')))).toEqual(wanted);
  });

  it.each(['external-link', 'soft-link', 'external-storage', 'virtual'])(
    'by %s: is refused, even where the other file lies beside it',
    async (kind) => {
      const folder = temporaryFolder();
      cpSync(fixtures, folder, { recursive: true });
      const before = process.cwd();
      process.chdir(folder);
      onTestFinished(() => process.chdir(before));
      const path = join(folder, `${kind}.biom`);
      expect(await codeOf(() => readFeatureTable(path))).toBe('FILE_MALFORMED');
      await expect(readFeatureTable(path)).rejects.toThrow(
        /refers to another file, ".*other\.(h5|raw)", which is not opened\. Write everything into one file/,
      );
    },
  );

  it('does not take a cut-off file by a relative path for another file', async () => {
    const whole = await readFile(join(fixtures, 'own.biom'));
    const path = relative(process.cwd(), temporaryFile('cut.h5', whole.subarray(0, whole.length / 2)));
    await expect(Hdf5File.open(path)).rejects.toThrow(/truncated file.*incomplete or damaged/);
  });

  it('does not keep the next file from being read', async () => {
    await readFeatureTable(join(fixtures, 'virtual.biom')).catch(() => undefined);
    expect((await readFeatureTable(join(fixtures, 'own.biom'))).entryCount).toBe(3);
  });
});
