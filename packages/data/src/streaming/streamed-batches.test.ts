import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demoPath, temporaryFolder } from '../../test/fixtures.js';
import { batchesOf, sampleCount, sequences, smallSource, streamed, table } from '../../test/small-stream.js';
import { augment } from '../augmentation/augment.js';
import { mixCommunities } from '../augmentation/mix-communities.js';
import { subsampleReads } from '../augmentation/subsample-reads.js';
import { batchCount } from '../batches/batch-count.js';
import type { CommunityBatch } from '../batches/community-batch.js';
import { createCommunityDataset } from '../batches/community-dataset.js';
import { makeBatch } from '../batches/make-batch.js';
import { sampleBatches } from '../batches/sample-batches.js';
import { writeShards } from '../shards/write-shards.js';
import { openFeatureTable } from './open-feature-table.js';
import { blockShuffle } from './streamed-batches.js';
import { createStreamedDataset, type StreamedDataset } from './streamed-dataset.js';

const indicesOf = (batches: readonly CommunityBatch[]): number[] =>
  batches.flatMap((batch) => [...batch.sampleIndices]);
const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
const all = Array.from({ length: sampleCount }, (_, i) => i);

const anyOptions = fc.record({
  samplesPerBatch: fc.integer({ min: 1, max: 9 }),
  shuffle: fc.boolean(),
  seed: fc.nat(3),
  epoch: fc.nat(3),
  blocksPerBuffer: fc.integer({ min: 1, max: 9 }),
  dropLast: fc.boolean(),
});

describe('sampleBatches over a streamed dataset', () => {
  it('for any options, visits every sample once, in full batches', async () => {
    const dataset = await streamed();
    await fc.assert(
      fc.asyncProperty(anyOptions, async (options) => {
        const batches = await batchesOf(dataset, options);
        expect(batches.length).toBe(batchCount(sampleCount, options));
        const full = options.dropLast ? batches : batches.slice(0, -1);
        expect(full.every((batch) => batch.sampleIds.length === options.samplesPerBatch)).toBe(true);
        const visited = indicesOf(batches);
        expect(new Set(visited).size).toBe(visited.length);
        if (!options.dropLast) expect(ascending(visited)).toEqual(all);
        if (!options.shuffle) expect(visited).toEqual(all.slice(0, visited.length));
      }),
    );
  });

  it('for any options and settings, gives each batch what a dataset in memory gives those samples', async () => {
    const settings = fc.record({
      rarefactionDepth: fc.constantFrom(undefined, 6, 12),
      refreshRarefaction: fc.boolean(),
      withReplacement: fc.boolean(),
      belowDepth: fc.constantFrom('drop' as const, 'keep' as const),
      maxAsvsPerSample: fc.constantFrom(2, 9),
      asvChoice: fc.constantFrom('abundance' as const, 'random' as const, 'weighted' as const),
      augmentation: fc.constantFrom(undefined, augment([subsampleReads({ minimumShare: 0.5 })])),
      columns: fc.constantFrom(undefined, {
        targets: [all.map((i) => i / 2)],
        weights: all,
        categoryCodes: { site: all.map((i) => i % 4) },
      }),
    });
    await fc.assert(
      fc.asyncProperty(settings, anyOptions, async (given, options) => {
        const dataset = await streamed(given);
        const inMemory = createCommunityDataset(table, { sequences, ...given });
        expect(dataset.belowDepth).toEqual(inMemory.belowDepth);
        expect(dataset.withoutReads).toEqual(inMemory.withoutReads);
        expect(dataset.sampleIds).toEqual(inMemory.sampleIds);
        for (const batch of await batchesOf(dataset, options)) {
          expect(batch).toEqual(makeBatch(inMemory, batch.sampleIndices, { epoch: options.epoch }));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('in one buffer, gives the batches of a dataset in memory in the same order, also where samples are mixed', async () => {
    const named = fc.shuffledSubarray(
      table.sampleIds.filter((_, i) => i > 0),
      { minLength: 2 },
    );
    const mixing = fc.constantFrom(undefined, augment([mixCommunities()]));
    await fc.assert(
      fc.asyncProperty(named, mixing, anyOptions, async (sampleIds, augmentation, options) => {
        const given = { sampleIds, augmentation, columns: { targets: [sampleIds.map((_, i) => i)] } };
        const dataset = await streamed(given);
        expect(blockShuffle(dataset, { blocksPerBuffer: 8 })).toBeUndefined();
        const inMemory = createCommunityDataset(table, { sequences, ...given });
        const batches = await batchesOf(dataset, { ...options, blocksPerBuffer: 8 });
        expect(batches).toEqual([...sampleBatches(inMemory, options)]);
      }),
    );
  });

  it('says how samples are shuffled by blocks, unless all are shuffled together', async () => {
    const dataset = await streamed();
    expect(blockShuffle(dataset, { blocksPerBuffer: 7 })).toEqual({ samplesPerBlock: 3, blocksPerBuffer: 7 });
    expect(blockShuffle(await streamed({ sampleIds: ['s1', 's9', 's12'] }), { blocksPerBuffer: 2 })).toEqual({
      samplesPerBlock: 3,
      blocksPerBuffer: 2,
    });
    expect(blockShuffle(await streamed({ sampleIds: ['s1', 's2'] }), { blocksPerBuffer: 1 })).toBeUndefined();
    expect(blockShuffle(createCommunityDataset(table, { sequences }))).toBeUndefined();
  });

  it('for any batch to go on from and any number of buffers ahead, gives the same batches', async () => {
    const dataset = await streamed({ rarefactionDepth: 1, refreshRarefaction: true });
    await fc.assert(
      fc.asyncProperty(anyOptions, fc.nat(9), fc.nat(4), async (options, startBatch, buffersAhead) => {
        const whole = await batchesOf(dataset, options);
        expect(await batchesOf(dataset, { ...options, startBatch, buffersAhead })).toEqual(whole.slice(startBatch));
      }),
    );
  });

  it('for any number of workers, shares the samples among them, and the batches evenly where the last is dropped', async () => {
    const dataset = await streamed();
    const inMemory = createCommunityDataset(table, { sequences });
    await fc.assert(
      fc.asyncProperty(anyOptions, fc.integer({ min: 1, max: 5 }), async (options, count) => {
        for (const batches of [
          await Promise.all(
            Array.from({ length: count }, (_, index) => batchesOf(dataset, { ...options, worker: { index, count } })),
          ),
          Array.from({ length: count }, (_, index) => [
            ...sampleBatches(inMemory, { ...options, worker: { index, count } }),
          ]),
        ]) {
          const visited = batches.map(indicesOf);
          expect(new Set(visited.flat()).size).toBe(visited.flat().length);
          if (options.dropLast) expect(new Set(batches.map(({ length }) => length)).size).toBe(1);
          else {
            expect(ascending(visited.flat())).toEqual(all);
            const sizes = visited.map(({ length }) => length);
            expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
          }
        }
      }),
    );
  });

  it('shuffles the samples of a buffer in every order, another one in each epoch and buffer', async () => {
    const dataset = await streamed();
    const orders = [new Set<string>(), new Set<string>()];
    let different = 0;
    for (let epoch = 0; epoch < 100; epoch++) {
      const options = { samplesPerBatch: 4, shuffle: true, epoch, seed: 1, blocksPerBuffer: 1 };
      const visited = indicesOf(await batchesOf(dataset, options));
      const [first, second] = [visited.slice(0, 3), visited.slice(3, 6)].map((buffer) =>
        buffer.map((index) => index % 3).join(''),
      );
      orders[0]!.add(first!);
      orders[1]!.add(second!);
      if (first !== second) different += 1;
    }
    // The last block has two samples, so that a few buffers are cut out of two blocks.
    for (const found of orders) {
      for (const order of ['012', '021', '102', '120', '201', '210']) expect(found).toContain(order);
    }
    expect(different).toBeGreaterThan(50);
  });

  it('shuffles anew in every epoch, over the whole table and within a buffer', async () => {
    const dataset = await streamed();
    const visit = async (epoch: number, seed = 1) =>
      indicesOf(await batchesOf(dataset, { samplesPerBatch: 4, shuffle: true, epoch, seed, blocksPerBuffer: 2 }));
    const orders = [await visit(0), await visit(1), await visit(0, 2)];
    expect(new Set(orders.map(String)).size).toBe(3);
    expect(await visit(0)).toEqual(orders[0]);
    // The first six of the table come first with a chance of about 1 in 28 only; over 200 epochs the mean is near the middle.
    let sum = 0;
    for (let epoch = 0; epoch < 200; epoch++) sum += (await visit(epoch)).indexOf(0);
    expect(Math.abs(sum / 200 - (sampleCount - 1) / 2)).toBeLessThan(2);
  });

  it('reads no more than what is needed, and no more ahead than asked for', async () => {
    const { source, readings } = smallSource();
    const dataset = await createStreamedDataset(source, { sequences, sampleIds: ['s5', 's22', 's23'] });
    readings.length = 0;
    expect(indicesOf(await batchesOf(dataset, { samplesPerBatch: 2 }))).toEqual([0, 1, 2]);
    expect(readings).toEqual([
      [4, 5],
      [21, 23],
    ]);
    const whole = await createStreamedDataset(source, { sequences });
    for (const buffersAhead of [0, 2]) {
      readings.length = 0;
      for await (const _ of sampleBatches(whole, { samplesPerBatch: 1, blocksPerBuffer: 1, buffersAhead })) break;
      expect(readings.length).toBe(1 + buffersAhead);
    }
  });

  it('stops with its signal, hands on what reading throws, and leaves nothing running', async () => {
    const dataset = await streamed();
    const stop = new AbortController();
    const reason = new Error('enough');
    const seen: number[] = [];
    const walk = async (): Promise<void> => {
      for await (const batch of sampleBatches(dataset, { samplesPerBatch: 2, signal: stop.signal })) {
        seen.push(batch.sampleIndices[0]!);
        if (seen.length === 3) stop.abort(reason);
      }
    };
    await expect(walk()).rejects.toBe(reason);
    expect(seen).toEqual([0, 2, 4]);
    const failing: StreamedDataset = {
      ...dataset,
      source: {
        ...dataset.source,
        samples: async (start, end) => {
          if (start >= 12) throw reason;
          return dataset.source.samples(start, end);
        },
      },
    };
    const before: number[] = [];
    await expect(
      (async () => {
        for await (const batch of sampleBatches(failing, { samplesPerBatch: 3, blocksPerBuffer: 1, buffersAhead: 3 })) {
          before.push(batch.sampleIndices[0]!);
        }
      })(),
    ).rejects.toBe(reason);
    expect(before).toEqual([0, 3, 6, 9]);
  });

  it('mixes samples only with those of the same buffer, the same with any reading ahead', async () => {
    const dataset = await streamed({ augmentation: augment([mixCommunities()]), columns: { targets: [all] } });
    const options = { samplesPerBatch: 4, shuffle: true, blocksPerBuffer: 2 };
    const batches = await batchesOf(dataset, options);
    expect(await batchesOf(dataset, { ...options, buffersAhead: 3, startBatch: 2 })).toEqual(batches.slice(2));
    const plain = await batchesOf(await streamed({ columns: { targets: [all] } }), options);
    expect(batches.map(({ targets }) => targets)).not.toEqual(plain.map(({ targets }) => targets));
  });

  it('gives the batches of the demo table from shards and from BIOM alike', async () => {
    await using biom = await openFeatureTable(demoPath('table.biom'));
    const folder = join(temporaryFolder(), 'shards');
    await writeShards(biom, folder);
    await using shards = await openFeatureTable(folder);
    const dna = biom.featureIds.map((_, i) => 'ACGT'.repeat((i % 3) + 1));
    const settings = { sequences: dna, rarefactionDepth: 2500, refreshRarefaction: true };
    const options = { samplesPerBatch: 64, shuffle: true, seed: 3, blocksPerBuffer: 2, epoch: 2 };
    const [a, b] = [await createStreamedDataset(biom, settings), await createStreamedDataset(shards, settings)];
    expect(a.belowDepth.length).toBeGreaterThan(0);
    expect(b.belowDepth).toEqual(a.belowDepth);
    expect(indicesOf(await batchesOf(b, options))).toEqual(indicesOf(await batchesOf(a, options)));
    const [batch] = await batchesOf(a, options);
    expect((await batchesOf(b, options))[0]).toEqual(batch);
  });
});
