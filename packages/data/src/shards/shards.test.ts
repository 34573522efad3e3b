import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, demoPath, tableOf, temporaryFolder } from '../../test/fixtures.js';
import { sourceOfTable, tableOfSource } from '../streaming/feature-table-source.js';
import { openFeatureTable } from '../streaming/open-feature-table.js';
import { FeatureTable } from '../table/feature-table.js';
import { readFeatureTable } from '../table/read-feature-table.js';
import type { SampleRows } from '../table/sample-rows.js';
import { openShards } from './open-shards.js';
import type { ShardManifest } from './shard-manifest.js';
import { type WriteShardsOptions, writeShards } from './write-shards.js';

/** Any small table: counts as rows of samples, with metadata and taxonomy at times. */
const tables = fc
  .record({
    rows: fc.integer({ min: 1, max: 5 }).chain((width) =>
      fc.array(
        fc.array(fc.oneof(fc.constant(0), fc.nat(9), fc.constantFrom(0.5, 2 ** 40)), {
          minLength: width,
          maxLength: width,
        }),
        {
          minLength: 1,
          maxLength: 9,
        },
      ),
    ),
    described: fc.boolean(),
  })
  .filter(({ rows }) => rows.flat().some((count) => count > 0))
  .map(({ rows, described }) => {
    const { sampleIds, featureIds, sampleOffsets, featureIndices, counts } = tableOf(rows);
    return new FeatureTable({
      sampleIds: sampleIds.map((id) => `${id} ä`),
      featureIds,
      sampleOffsets,
      featureIndices,
      counts,
      taxonomy: described ? featureIds.map((_, i) => ['k__B', 'p__ü'].slice(0, i % 3)) : undefined,
      sampleMetadata: described
        ? new Map([['site', sampleIds.map((_, i) => (i % 2 === 0 ? 'gut' : null))]])
        : undefined,
    });
  });

async function written(table: FeatureTable, options: WriteShardsOptions = {}): Promise<string> {
  const folder = join(temporaryFolder(), 'shards');
  await writeShards(sourceOfTable(table), folder, options);
  return folder;
}

const demoShards = async (options: WriteShardsOptions = { samplesPerBatch: 64 }): Promise<string> => {
  const folder = join(temporaryFolder(), 'shards');
  await using source = await openFeatureTable(demoPath('table.biom'));
  await writeShards(source, folder, options);
  return folder;
};

const plain = ({
  sampleIds,
  featureIds,
  sampleOffsets,
  featureIndices,
  counts,
  taxonomy,
  sampleMetadata,
}: FeatureTable) => ({
  ...{ sampleIds, featureIds, sampleOffsets, featureIndices, counts, taxonomy, sampleMetadata },
});

/** Everything in sample rows as one text, since comparing long arrays one by one takes long. */
const bytesOf = ({ sampleIds, sampleOffsets, featureIndices, counts }: SampleRows): string =>
  [sampleIds, [...sampleOffsets], [...featureIndices], [...counts]].join('|');

describe('writeShards and openShards', () => {
  it('for any table and batch size, give the table back', async () => {
    await fc.assert(
      fc.asyncProperty(tables, fc.integer({ min: 1, max: 4 }), async (table, samplesPerBatch) => {
        await using source = await openShards(await written(table, { samplesPerBatch }));
        expect(plain(await tableOfSource(source))).toEqual(plain(table));
        expect([source.sampleCount, source.featureCount, source.entryCount]).toEqual([
          table.sampleCount,
          table.featureCount,
          table.entryCount,
        ]);
      }),
      { numRuns: 40 },
    );
  });

  it('for any range of samples, give those samples as the table has them', async () => {
    const whole = await readFeatureTable(demoPath('table.biom'));
    await using shards = await openShards(await demoShards());
    await using biom = await openFeatureTable(demoPath('table.biom'));
    await fc.assert(
      fc.asyncProperty(fc.nat(741), fc.nat(741), async (one, other) => {
        const [start, end] = [Math.min(one, other), Math.max(one, other)];
        const wanted = await sourceOfTable(whole).samples(start, end);
        expect(bytesOf(await shards.samples(start, end))).toBe(bytesOf(wanted));
        expect(bytesOf(await biom.samples(start, end))).toBe(bytesOf(wanted));
      }),
      { numRuns: 30 },
    );
    await expect(shards.samples(0, 742)).rejects.toThrow('does not lie within the 741 samples');
    expect(await codeOf(() => biom.samples(-1, 2))).toBe('OPTION_INVALID');
  });

  it('know the reads of each sample without reading the counts', async () => {
    const folder = await demoShards();
    for (const file of readdirSync(folder))
      if (file.startsWith('shard-'))
        writeFileSync(join(folder, file), Buffer.alloc(readFileSync(join(folder, file)).length));
    await using source = await openShards(folder);
    const table = await readFeatureTable(demoPath('table.biom'));
    expect(await source.sampleIds()).toEqual(table.sampleIds);
    const reads = await source.sampleReads();
    expect(reads?.reduce((sum, count) => sum + count, 0)).toBe(table.counts.reduce((sum, count) => sum + count, 0));
    expect(source.hasWholeCounts).toBe(true);
    expect(await codeOf(() => source.samples(0, 1))).toBe('FILE_MALFORMED');
  });

  it('store whole counts as uint32, others exactly as float64, and round only where asked to', async () => {
    const typeOf = async (rows: number[][], options?: WriteShardsOptions) => {
      const folder = await written(tableOf(rows), options);
      await using source = await openShards(folder);
      const { countType } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as ShardManifest;
      return [countType, ...(await source.samples(0, source.sampleCount)).counts];
    };
    expect(await typeOf([[1, 2 ** 32 - 1]])).toEqual(['uint32', 1, 2 ** 32 - 1]);
    expect(await typeOf([[1, 2 ** 32]])).toEqual(['float64', 1, 2 ** 32]);
    expect(await typeOf([[0.1, 5]])).toEqual(['float64', 0.1, 5]);
    expect(await typeOf([[0.1, 5]], { countType: 'float32' })).toEqual(['float32', Math.fround(0.1), 5]);
    expect(await codeOf(() => typeOf([[0.5]], { countType: 'uint32' }))).toBe('TABLE_COUNT_INVALID');
    expect(await codeOf(() => typeOf([[1e-60]], { countType: 'float32' }))).toBe('TABLE_COUNT_INVALID');
  });

  it('are Arrow files that any reader of Arrow understands', async () => {
    const folder = await demoShards();
    const table = tableFromIPC(readFileSync(join(folder, 'shard-00000.arrow')));
    expect(table.schema.fields.map(String)).toEqual(['id: Utf8', 'features: List<Uint32>', 'counts: List<Uint32>']);
    expect([table.numRows, table.batches.length]).toEqual([741, 12]);
    expect(table.get(0)?.toJSON().id).toBe('10249.C018.14SS');
    expect(tableFromIPC(readFileSync(join(folder, 'samples.arrow'))).numRows).toBe(741);
    expect(tableFromIPC(readFileSync(join(folder, 'features.arrow'))).numRows).toBe(2294);
  });

  it('are opened whole like any other table', async () => {
    const table = tableOf([
      [1, 0],
      [2, 3],
    ]);
    expect(plain(await readFeatureTable(await written(table)))).toEqual(plain(table));
  });

  it('replace shards only where asked to, and never another folder', async () => {
    const folder = await written(tableOf([[1]]));
    const source = sourceOfTable(tableOf([[2]]));
    expect(await codeOf(() => writeShards(source, folder))).toBe('FILE_NOT_WRITTEN');
    await writeShards(source, folder, { overwrite: true });
    await using again = await openShards(folder);
    expect([...(await again.samples(0, 1)).counts]).toEqual([2]);
    const other = temporaryFolder();
    writeFileSync(join(other, 'thesis.txt'), 'precious');
    expect(await codeOf(() => writeShards(source, other, { overwrite: true }))).toBe('FILE_NOT_WRITTEN');
    expect(readdirSync(other)).toEqual(['thesis.txt']);
  });

  it('leave nothing behind when they are stopped or fail', async () => {
    const around = temporaryFolder();
    const reason = new Error('enough');
    const source = sourceOfTable(tableOf([[1], [2]]));
    const stop = {
      onProgress: () => {
        throw reason;
      },
    };
    await expect(writeShards(source, join(around, 'a'), stop)).rejects.toBe(reason);
    await expect(writeShards(source, join(around, 'a'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await codeOf(() => writeShards(source, join(around, 'missing/a')))).toBe('FILE_NOT_WRITTEN');
    expect(readdirSync(around)).toEqual([]);
  });
});
