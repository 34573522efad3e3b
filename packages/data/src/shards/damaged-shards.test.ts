import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, tableOf, temporaryFolder } from '../../test/fixtures.js';
import { type FeatureTableSource, sourceOfTable, tableOfSource } from '../streaming/feature-table-source.js';
import type { FeatureTable } from '../table/feature-table.js';
import { openShards } from './open-shards.js';
import { type WriteShardsOptions, writeShards } from './write-shards.js';

async function written(table: FeatureTable, options: WriteShardsOptions = {}): Promise<string> {
  const folder = join(temporaryFolder(), 'shards');
  await writeShards(sourceOfTable(table), folder, options);
  return folder;
}

describe('openShards, damaged', () => {
  const reading = async (folder: string): Promise<FeatureTable> => {
    await using source: FeatureTableSource = await openShards(folder);
    return tableOfSource(source);
  };
  const change = (folder: string, edit: (manifest: Record<string, unknown>) => void): void => {
    const path = join(folder, 'manifest.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    edit(manifest);
    writeFileSync(path, JSON.stringify(manifest));
  };

  it.each<[string, (folder: string) => void, string]>([
    ['a shard that is missing', (folder) => rmSync(join(folder, 'shard-00000.arrow')), 'no file "shard-00000.arrow"'],
    [
      'a shard that is cut off',
      (folder) => truncateSync(join(folder, 'shard-00000.arrow'), 999),
      'has 999 bytes where',
    ],
    ['a manifest that is cut off', (folder) => truncateSync(join(folder, 'manifest.json'), 99), 'is no JSON'],
    [
      'another format',
      (folder) =>
        change(folder, (m) => {
          m.format = 'zarr';
        }),
      'does not say that it is',
    ],
    [
      'a later version',
      (folder) =>
        change(folder, (m) => {
          m.version = 2;
        }),
      'has format version 2',
    ],
    [
      'another number of samples',
      (folder) =>
        change(folder, (m) => {
          m.sampleCount = 4;
        }),
      'batches of 3 samples where 4',
    ],
    [
      'another number of counts',
      (folder) =>
        change(folder, (m) => {
          m.entryCount = 5;
        }),
      'where 5 are needed',
    ],
    [
      'fewer features',
      (folder) =>
        change(folder, (m) => {
          m.featureCount = 1;
        }),
      'does not hold what the manifest says',
    ],
    [
      'another type of counts',
      (folder) =>
        change(folder, (m) => {
          m.countType = 'float64';
        }),
      'cannot be read',
    ],
    [
      'a way out of the folder',
      (folder) =>
        change(folder, (m) => {
          m.samples = { ...(m.samples as object), file: '../x' };
        }),
      'does not describe features and samples',
    ],
    [
      'features of another table',
      (folder) => copyFileSync(join(folder, 'samples.arrow'), join(folder, 'features.arrow')),
      'bytes where',
    ],
  ])('refuses %s', async (_, damage, found) => {
    const folder = await written(
      tableOf([
        [1, 2],
        [0, 3],
        [4, 0],
      ]),
      { samplesPerBatch: 2 },
    );
    damage(folder);
    expect(await codeOf(() => reading(folder))).toBe('FILE_MALFORMED');
    await expect(reading(folder)).rejects.toThrow(found);
  });

  it('refuses a folder without a manifest', async () => {
    expect(await codeOf(() => openShards(temporaryFolder()))).toBe('FILE_NOT_FOUND');
  });

  it('for any changed byte of any file, refuses the table or gives the same one', async () => {
    const table = tableOf([
      [1, 2],
      [0, 3],
      [4, 0],
    ]);
    const whole = await written(table, { samplesPerBatch: 2 });
    const files = readdirSync(whole);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (file, at, flip) => {
          const folder = join(temporaryFolder(), 'shards');
          mkdirSync(folder);
          for (const name of files) copyFileSync(join(whole, name), join(folder, name));
          const bytes = readFileSync(join(folder, file));
          bytes[at % bytes.length]! ^= flip;
          writeFileSync(join(folder, file), bytes);
          try {
            expect(await reading(folder)).toEqual(table);
          } catch (error) {
            if ((error as Error).name !== 'SeqError') throw error;
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
