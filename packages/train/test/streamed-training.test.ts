import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureTableSource } from '@seq/data';
import { describe, expect, it } from 'vitest';
import { readCheckpoint, type TrainerOptions, type TrainingProgress } from '../src/index.js';
import { jaccardDistances, smallStreamedDatasets, sourceInBlocks } from './small-community.js';
import { finalParameters, newFineTuning, newFolder, newPretraining, runOptions, table } from './training-runs.js';

const kinds = {
  'pre-training': (options: Partial<TrainerOptions>) => newPretraining(options),
  'fine-tuning with every term': (options: Partial<TrainerOptions>) =>
    newFineTuning({ ...options, batchesPerStep: 2 }, { distances: jaccardDistances, nucleotidePenalty: 1 }),
  'fine-tuning with a frozen base and kept embeddings': (options: Partial<TrainerOptions>) =>
    newFineTuning({ ...options, asvCache: join(newFolder(), 'asvs.arrow') }, { freeze: 'base' }),
};

/** 10 samples to learn from in 4 blocks of 3, 5 to validate on in 2; two blocks are shuffled together. */
const byBlocks = { ...(await smallStreamedDatasets(sourceInBlocks(table, 3), 10)), blocksPerBuffer: 2 };

const filesOf = (directory: string) =>
  ['last', 'best'].map((name) => readFileSync(join(directory, `${name}.safetensors`)));

/** Files of a run that nothing disturbs. */
async function filesOfRun(
  make: (options: Partial<TrainerOptions>) => ReturnType<typeof newPretraining | typeof newFineTuning>,
  options: Partial<TrainerOptions>,
) {
  const directory = newFolder();
  const moments: TrainingProgress[] = [];
  await make({ ...options, directory }).trainer.run({ onProgress: (moment) => moments.push(moment) });
  return { files: filesOf(directory), moments };
}

describe.each(Object.entries(kinds))('streamed %s', (_, make) => {
  it('in one buffer ends with the same files as from memory, bit by bit, whatever the blocks', async () => {
    const { files: wanted } = await filesOfRun(make, {});
    for (const samplesPerBlock of [3, 256]) {
      const sets = await smallStreamedDatasets(sourceInBlocks(table, samplesPerBlock), 10);
      const { files } = await filesOfRun(make, sets);
      expect(files.map((file, i) => file.equals(wanted[i]!))).toEqual([true, true]);
    }
  });

  it('by blocks, interrupted after any step or validation batch and resumed, ends with the same files', async () => {
    const { files: wanted, moments } = await filesOfRun(make, byBlocks);
    const fromMemory = await filesOfRun(make, {});
    expect(wanted[0]!.equals(fromMemory.files[0]!)).toBe(false);
    for (let stop = 1; stop < moments.length - 1; stop++) {
      const directory = newFolder();
      const control = new AbortController();
      let seen = 0;
      const onProgress = (): void => {
        seen += 1;
        if (seen === stop) control.abort();
      };
      const run = make({ ...byBlocks, directory }).trainer.run({ signal: control.signal, onProgress });
      await expect(run).rejects.toMatchObject({ code: 'RUN_ABORTED' });
      const resumeFrom = await readCheckpoint(join(directory, 'last.safetensors'));
      await make({ ...byBlocks, directory, buffersAhead: 3 }).trainer.run({ resumeFrom });
      const equal = filesOf(directory).map((file, i) => file.equals(wanted[i]!));
      expect(equal, `after snapshot ${stop}`).toEqual([true, true]);
      rmSync(directory, { recursive: true });
    }
  });

  it('by blocks gives the same parameters for 1 and 2 threads, also if interrupted', async () => {
    const newRun = (options: Partial<TrainerOptions>) => make({ ...byBlocks, ...options });
    const wanted = await finalParameters(newRun, 1);
    expect(await finalParameters(newRun, 2)).toEqual(wanted);
    expect(await finalParameters(newRun, 2, 1)).toEqual(wanted);
  });
});

describe('a streamed run', () => {
  it('learns from every training sample and is scored on every validation sample, once per epoch', async () => {
    const { trainer, objective } = newFineTuning({ ...byBlocks, epochs: 2 });
    const [learned, scored]: string[][] = [[], []];
    const losses = objective.losses.bind(objective);
    objective.losses = (batch, options) => {
      learned!.push(...batch.sampleIds);
      return losses(batch, options);
    };
    const start = objective.startEvaluation.bind(objective);
    objective.startEvaluation = (options) => {
      const evaluation = start(options);
      return {
        add: (batch, embeddings) => {
          scored!.push(...batch.sampleIds);
          return evaluation.add(batch, embeddings);
        },
        scores: () => evaluation.scores(),
      };
    };
    await trainer.run();
    const twice = (ids: readonly string[]) => [...ids, ...ids].sort();
    expect([...learned!].sort()).toEqual(twice(byBlocks.training.sampleIds));
    expect([...scored!].sort()).toEqual(twice(byBlocks.validation.sampleIds));
    expect(learned!.slice(0, 10)).not.toEqual(learned!.slice(10));
    expect(scored!.slice(0, 5)).toEqual(scored!.slice(5));
  });

  it('that is stopped while it waits for samples keeps its steps and goes on from there', async () => {
    const { files: wanted } = await filesOfRun(newPretraining, byBlocks);
    const stop = new AbortController();
    const reads = { left: 4 };
    const waiting: FeatureTableSource['samples'] = (_start, _end, { signal } = {}) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        setImmediate(() => stop.abort());
      });
    const directory = newFolder();
    const run = newPretraining({ ...(await interruptedSets(reads, waiting)), directory }).trainer.run({
      signal: stop.signal,
    });
    await expect(run).rejects.toMatchObject({ code: 'RUN_ABORTED' });
    const resumeFrom = await readCheckpoint(join(directory, 'last.safetensors'));
    expect(resumeFrom.training!.state.update).toBeGreaterThan(0);
    await newPretraining({ ...byBlocks, directory }).trainer.run({ resumeFrom });
    expect(filesOf(directory).map((file, i) => file.equals(wanted[i]!))).toEqual([true, true]);
  });

  it.each([3, 4, 5, 6, 7, 8, 11])(
    'whose file cannot be read after %i readings keeps its steps and goes on from there once it can',
    async (left) => {
      const { files: wanted } = await filesOfRun(newPretraining, byBlocks);
      const gone = Object.assign(new Error('the disk is gone'), { code: 'FILE_UNREADABLE' });
      const directory = newFolder();
      const sets = await interruptedSets({ left }, async () => {
        throw gone;
      });
      await expect(newPretraining({ ...sets, directory }).trainer.run()).rejects.toBe(gone);
      const resumeFrom = await readCheckpoint(join(directory, 'last.safetensors'));
      await newPretraining({ ...byBlocks, directory }).trainer.run({ resumeFrom });
      expect(filesOf(directory).map((file, i) => file.equals(wanted[i]!))).toEqual([true, true]);
    },
  );

  it('goes on only in the order in which it began', async () => {
    const directory = newFolder();
    await newPretraining({ ...byBlocks, directory, epochs: 1 }).trainer.run();
    const resumeFrom = await readCheckpoint(join(directory, 'last.safetensors'));
    const others: readonly Partial<TrainerOptions>[] = [
      { blocksPerBuffer: 1 },
      { blocksPerBuffer: 8 },
      { ...(await smallStreamedDatasets(sourceInBlocks(table, 4), 10)) },
      { training: runOptions.training, validation: runOptions.validation },
    ];
    for (const other of others) {
      const run = newPretraining({ ...byBlocks, directory, ...other }).trainer.run({ resumeFrom });
      await expect(run).rejects.toMatchObject({
        code: 'CHECKPOINT_MISMATCH',
        message: expect.stringMatching(/blocks was .*"samplesPerBlock":3,"blocksPerBuffer":2/),
      });
    }
    await newPretraining({ ...byBlocks, directory }).trainer.run({ resumeFrom });
  });

  it('refuses a buffer of no blocks when it is made', () => {
    expect(() => newPretraining({ ...byBlocks, blocksPerBuffer: 0 })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });
});

/** The datasets by blocks, whose counts can be read so many times before something else happens. */
async function interruptedSets(reads: { left: number }, then: FeatureTableSource['samples']) {
  const source = sourceInBlocks(table, 3);
  const sets = await smallStreamedDatasets(source, 10);
  const samples: FeatureTableSource['samples'] = (start, end, options) => {
    reads.left -= 1;
    return reads.left < 0 ? then(start, end, options) : source.samples(start, end, options);
  };
  const disturbed = { ...source, samples };
  return {
    ...byBlocks,
    training: { ...sets.training, source: disturbed },
    validation: { ...sets.validation, source: disturbed },
  };
}
