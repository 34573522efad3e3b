import { join } from 'node:path';
import type { FeatureTableSource } from '@seq/data';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Checkpoint, predict, readCheckpoint } from '../src/index.js';
import { sequences, sourceInBlocks } from './small-community.js';
import { newFineTuning, newFolder, table } from './training-runs.js';

let checkpoint: Checkpoint;

beforeAll(async () => {
  const { checkpoints } = await newFineTuning({ directory: newFolder(), epochs: 1 }).trainer.run();
  checkpoint = await readCheckpoint(checkpoints!.best);
});

describe('predicting samples of a source', () => {
  it.each([1, 3, 256])('in blocks of %i gives what the table in memory gives, in the order asked for', async (size) => {
    const source = sourceInBlocks(table, size);
    const shuffled = ['s7', 's0', 's14', 's3', 's2', 's9'];
    for (const sampleIds of [undefined, shuffled]) {
      const wanted = await predict(checkpoint, { table, sequences, sampleIds }, { samplesPerBatch: 4 });
      const asvCache = join(newFolder(), 'asvs.arrow');
      for (const options of [{ samplesPerBatch: 4 }, { samplesPerBatch: 4, asvCache }, { asvCache }]) {
        const found = await predict(checkpoint, { table: source, sequences, sampleIds }, options);
        expect(found.sampleIds).toEqual(sampleIds ?? table.sampleIds);
        expect(found).toEqual(wanted);
      }
    }
  });

  it('reads each block that is needed once, and no other', async () => {
    const source = sourceInBlocks(table, 3);
    const readings: number[] = [];
    const watched: FeatureTableSource = {
      ...source,
      sampleReads: async () => Float64Array.from(table.sampleIds, () => 1000),
      hasWholeCounts: true,
      samples: (start, end, options) => {
        readings.push(start);
        return source.samples(start, end, options);
      },
    };
    await predict(checkpoint, { table: watched, sequences, sampleIds: ['s13', 's0', 's12', 's4'] });
    expect(readings).toEqual([0, 4, 12]);
  });

  it('that is stopped while it waits for samples says how far it came', async () => {
    const source = sourceInBlocks(table, 1);
    const stop = new AbortController();
    const stuck: FeatureTableSource = {
      ...source,
      sampleReads: async () => Float64Array.from(table.sampleIds, () => 1000),
      hasWholeCounts: true,
      samples: (start, end, options) =>
        start < 10
          ? source.samples(start, end, options)
          : new Promise((_, reject) => {
              options?.signal?.addEventListener('abort', () => reject(options.signal!.reason), { once: true });
              setImmediate(() => stop.abort());
            }),
    };
    const predicting = predict(checkpoint, { table: stuck, sequences }, { samplesPerBatch: 2, signal: stop.signal });
    await expect(predicting).rejects.toMatchObject({
      code: 'RUN_ABORTED',
      message: expect.stringMatching(/stopped after \d of 15 samples/),
    });
  });
});
