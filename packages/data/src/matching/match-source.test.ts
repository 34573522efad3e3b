import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, rowsOf, tableOf } from '../../test/fixtures.js';
import { smallSource } from '../../test/small-stream.js';
import { createCommunityDataset } from '../batches/community-dataset.js';
import type { SeqError } from '../native.js';
import { type FeatureTableSource, tableOfSource } from '../streaming/feature-table-source.js';
import { createStreamedDataset } from '../streaming/streamed-dataset.js';
import { selectSamples } from '../table/select-samples.js';
import { matchInputs } from './match-inputs.js';
import { matchSource } from './match-source.js';

const features = ['ACGT', 'f2', 'f3', 'GGTT'];
const rows = Array.from({ length: 10 }, (_, i) => [i % 3, (i * 5) % 4, 1, (i * 3) % 7]);
const table = tableOf(rows, { features });
const ids = table.sampleIds;

const anyOf = (names: readonly string[]) =>
  fc.option(fc.shuffledSubarray([...names, 'other1', 'other2'], { minLength: 3 }), { nil: undefined });
const anyCover = fc.record({
  metadataSampleIds: anyOf(ids),
  sequenceIds: anyOf(features),
  tipNames: anyOf(features),
  targetSampleIds: anyOf(ids),
  matrixSampleIds: anyOf(ids),
});

/** What a call gives, or the code of its error with the report that it carries. */
async function outcome<Value>(call: () => Value | Promise<Value>): Promise<Value | { code: string; report: unknown }> {
  try {
    return await call();
  } catch (error) {
    const { code, details } = error as SeqError;
    return { code, report: details?.report };
  }
}

describe('matchSource', () => {
  it('for any ids, keeps and reports what matchInputs does for the table in memory', async () => {
    const anySamples = fc.option(fc.shuffledSubarray([...ids], { minLength: 1 }), { nil: undefined });
    const anyMissing = fc.constantFrom('drop' as const, 'error' as const);
    await fc.assert(
      fc.asyncProperty(anyCover, anySamples, anyMissing, async (covers, sampleIds, missing) => {
        const { source } = smallSource(table);
        const options = { missing, rarefactionDepth: 5 };
        const chosen = sampleIds === undefined ? table : selectSamples(table, sampleIds);
        const wanted = await outcome(() => matchInputs({ table: chosen, ...covers }, options));
        const found = await outcome(() => matchSource({ source, sampleIds, ...covers }, options));
        if ('code' in wanted || 'code' in found) {
          expect(found).toEqual(wanted);
          return;
        }
        expect(found.report).toEqual(wanted.report);
        expect(found.sampleIds).toEqual(wanted.table.sampleIds);
        expect(found.source.featureIds).toEqual(wanted.table.featureIds);
        const whole = await tableOfSource(found.source);
        expect(rowsOf(selectSamples(whole, found.sampleIds))).toEqual(rowsOf(wanted.table));
        expect(found.source.entryCount).toBe(whole.entryCount);
      }),
      { numRuns: 200 },
    );
  });

  it('reads the counts once, and not at all where their sums are known and all features are kept', async () => {
    const sequences = features.map(() => 'ACGT');
    const { source, readings } = smallSource(table);
    const blocks = Math.ceil(ids.length / source.samplesPerBlock);
    const { source: matched } = await matchSource({ source });
    expect(readings.length).toBe(blocks);
    await createStreamedDataset(matched, { sequences, rarefactionDepth: 4 });
    expect(readings.length).toBe(blocks);
    const reads = await matched.sampleReads();
    expect([...reads!]).toEqual(rows.map((row) => row.reduce((sum, count) => sum + count, 0)));

    readings.length = 0;
    const known: FeatureTableSource = { ...source, sampleReads: async () => reads, hasWholeCounts: true };
    const { source: again, report } = await matchSource({ source: known, tipNames: features });
    expect([readings.length, again.hasWholeCounts, report.features.kept]).toEqual([0, true, 4]);
    await matchSource({ source: known, tipNames: features.slice(1) }, { missing: 'drop' });
    expect(readings.length).toBe(blocks);
  });

  it('gives a source whose datasets are those of the matched table', async () => {
    const { source } = smallSource(table);
    const covers = { tipNames: ['f2', 'GGTT', 'ACGT'], metadataSampleIds: ids.slice(2) };
    const { table: matched } = matchInputs({ table, ...covers }, { missing: 'drop' });
    const found = await matchSource({ source, ...covers }, { missing: 'drop' });
    const options = { sequences: ['ACGT', 'CC', 'GGTT'], rarefactionDepth: 3 };
    const inMemory = createCommunityDataset(matched, options);
    const streamed = await createStreamedDataset(found.source, { ...options, sampleIds: found.sampleIds });
    expect(streamed.sampleIds).toEqual(inMemory.sampleIds);
    expect(streamed.belowDepth).toEqual(inMemory.belowDepth);
    expect(streamed.withoutReads).toEqual(inMemory.withoutReads);
  });

  it('does not take fractions for whole reads', async () => {
    const fractions = tableOf([
      [1, 2.5],
      [3, 4],
    ]);
    const { source } = smallSource(fractions);
    const { source: matched } = await matchSource({ source });
    expect(matched.hasWholeCounts).toBe(false);
    const making = createStreamedDataset(matched, { sequences: ['A', 'C'], rarefactionDepth: 1 });
    await expect(making).rejects.toMatchObject({ code: 'COUNTS_NOT_INTEGER' });
  });

  it('stops with its signal and tells how far it is', async () => {
    const { source } = smallSource(table);
    const seen: number[] = [];
    await matchSource({ source }, { onProgress: ({ samples }) => seen.push(samples) });
    expect(seen).toEqual([3, 6, 9, 10]);
    const stop = new AbortController();
    const reason = new Error('enough');
    const stopped = matchSource({ source }, { signal: stop.signal, onProgress: () => stop.abort(reason) });
    await expect(stopped).rejects.toBe(reason);
  });

  it('refuses samples that the table has not, and one that is named twice', async () => {
    const { source } = smallSource(table);
    expect(await codeOf(() => matchSource({ source, sampleIds: ['s1', 'x'] }))).toBe('SAMPLE_UNKNOWN');
    expect(await codeOf(() => matchSource({ source, sampleIds: ['s1', 's1'] }))).toBe('TABLE_ID_INVALID');
  });
});
