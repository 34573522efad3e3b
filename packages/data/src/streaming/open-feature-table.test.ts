import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import h5wasm, { ready } from 'h5wasm/node';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { codeOf, demoPath, rowsOf, temporaryFile, temporaryFolder, vectorPath } from '../../test/fixtures.js';
import { writeArtifact } from '../archives/write-artifact.js';
import { featureMajor } from '../table/feature-major.js';
import { readFeatureTable } from '../table/read-feature-table.js';
import { writeFeatureTable } from '../table/write-feature-table.js';
import { tableOfSource } from './feature-table-source.js';
import { openFeatureTable } from './open-feature-table.js';

describe('openFeatureTable', () => {
  it.each(['biom21_int32_taxonomy.biom', 'biom21_int64_hashed_ids.biom', 'biom10_sparse.biom', 'classic.tsv'])(
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

describe('openFeatureTable of an artifact', () => {
  /** How many artifacts are unpacked, with a folder for temporary files that no other test uses. */
  const unpackedAlone = (): (() => number) => {
    const folder = temporaryFolder();
    vi.stubEnv('TMPDIR', folder);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    return () => readdirSync(folder).filter((name) => name.startsWith('seq-artifact-')).length;
  };

  it('reads slices of the BIOM file inside, which is unpacked until the source is closed', async () => {
    const path = join(temporaryFolder(), 'table.qza');
    const table = await readFeatureTable(demoPath('table.biom'));
    await writeFeatureTable(table, path);
    const unpacked = unpackedAlone();
    const source = await openFeatureTable(path);
    expect(unpacked()).toBe(1);
    expect(source.entryCount).toBe(table.entryCount);
    const { sampleIds, counts } = await source.samples(100, 103);
    expect(sampleIds).toEqual(table.sampleIds.slice(100, 103));
    expect([...counts]).toEqual([...table.counts.slice(table.sampleOffsets[100], table.sampleOffsets[103])]);
    expect(await tableOfSource(source)).toEqual(table);
    await source[Symbol.asyncDispose]();
    expect(unpacked()).toBe(0);
  });

  it('does not look at counts before they are asked for, and names the artifact where they are wrong', async () => {
    const biom = join(temporaryFolder(), 't.biom');
    await ready;
    const file = new h5wasm.File(biom, 'w');
    for (const name of ['sample', 'observation', 'sample/matrix']) file.create_group(name);
    file.create_dataset({ name: 'sample/ids', data: ['s1', 's2'] });
    file.create_dataset({ name: 'observation/ids', data: ['f1', 'f2'] });
    file.create_dataset({ name: 'sample/matrix/data', data: Float64Array.of(1, -2) });
    file.create_dataset({ name: 'sample/matrix/indices', data: Int32Array.of(0, 7) });
    file.create_dataset({ name: 'sample/matrix/indptr', data: Int32Array.of(0, 1, 2) });
    file.close();
    const path = join(temporaryFolder(), 'wrong.qza');
    await writeArtifact(path, {
      type: 'FeatureTable[Frequency]',
      format: 'BIOMV210DirFmt',
      files: [{ name: 'feature-table.biom', content: [await readFile(biom)] }],
    });
    await using source = await openFeatureTable(path);
    expect([...(await source.samples(0, 1)).counts]).toEqual([1]);
    await expect(source.samples(1, 2)).rejects.toThrow(
      /wrong\.qza" \(its data\/feature-table\.biom\).*beyond its axis/s,
    );
  });

  it('leaves nothing unpacked where the artifact is of another type or damaged', async () => {
    const unpacked = unpackedAlone();
    const other = join(temporaryFolder(), 'other.qza');
    await writeArtifact(other, {
      type: 'Phylogeny[Rooted]',
      format: 'NewickDirectoryFormat',
      files: [{ name: 'tree.nwk', content: ';' }],
    });
    expect(await codeOf(() => openFeatureTable(other))).toBe('FILE_FORMAT_UNKNOWN');
    const text = join(temporaryFolder(), 'text.qza');
    await writeArtifact(text, {
      type: 'FeatureTable[Frequency]',
      format: 'BIOMV210DirFmt',
      files: [{ name: 'feature-table.biom', content: [Buffer.from('no table')] }],
    });
    expect(await codeOf(() => openFeatureTable(text))).toBe('FILE_MALFORMED');
    expect(await codeOf(() => openFeatureTable(temporaryFile('z.qza', 'PK\u0003\u0004nothing')))).toBe(
      'FILE_MALFORMED',
    );
    expect(unpacked()).toBe(0);
  });
});

describe('openFeatureTable of a BIOM file by features alone', () => {
  it('gives samples in any order, as the whole table has them', async () => {
    const wanted = await readFeatureTable(demoPath('table.biom'));
    const { featureOffsets, sampleIndices, counts: byFeature } = featureMajor(wanted);
    const path = join(temporaryFolder(), 't.biom');
    await ready;
    const file = new h5wasm.File(path, 'w');
    for (const name of ['sample', 'observation', 'observation/matrix']) file.create_group(name);
    file.create_dataset({ name: 'sample/ids', data: [...wanted.sampleIds] });
    file.create_dataset({ name: 'observation/ids', data: [...wanted.featureIds] });
    file.create_dataset({ name: 'observation/matrix/data', data: byFeature });
    file.create_dataset({ name: 'observation/matrix/indices', data: new Int32Array(sampleIndices) });
    file.create_dataset({ name: 'observation/matrix/indptr', data: new Int32Array(featureOffsets) });
    file.close();
    await using source = await openFeatureTable(path);
    expect(source.entryCount).toBe(wanted.entryCount);
    for (const start of [700, 0, 300]) {
      const { sampleIds, counts } = await source.samples(start, start + 40);
      expect(sampleIds).toEqual(wanted.sampleIds.slice(start, start + 40));
      expect([...counts]).toEqual([
        ...wanted.counts.slice(wanted.sampleOffsets[start], wanted.sampleOffsets[start + 40]),
      ]);
    }
    expect(rowsOf(await readFeatureTable(path))).toEqual(rowsOf(wanted));
  });
});
