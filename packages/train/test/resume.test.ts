import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint, type TrainerOptions, type TrainingProgress } from '../src/index.js';
import { jaccardDistances } from './small-community.js';
import { datasets, newFineTuning, newFolder, newPretraining } from './training-runs.js';

const kinds = {
  'pre-training': (options: Partial<TrainerOptions>) => newPretraining(options),
  'fine-tuning with every term': (options: Partial<TrainerOptions>) =>
    newFineTuning({ ...options, maximumGradientNorm: 1 }, { distances: jaccardDistances, nucleotidePenalty: 1 }),
  'fine-tuning with a frozen base, batches of a step, SGD and a plateau': (options: Partial<TrainerOptions>) =>
    newFineTuning(
      {
        ...options,
        samplesPerBatch: 2,
        batchesPerStep: 2,
        optimiser: { kind: 'sgd' },
        schedule: { kind: 'plateau', patience: 0 },
        bestMetric: 'mae',
      },
      { freeze: 'base' },
    ),
};

/** Runs until the given number of snapshots, stops there by a signal, and says what the run rejected with. */
async function interrupted(make: (typeof kinds)[keyof typeof kinds], directory: string, snapshots: number) {
  const control = new AbortController();
  let seen = 0;
  const onProgress = (): void => {
    seen += 1;
    if (seen === snapshots) control.abort();
  };
  return make({ directory })
    .trainer.run({ signal: control.signal, onProgress })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
}

for (const [kind, make] of Object.entries(kinds)) {
  describe(`${kind}, interrupted and resumed`, () => {
    const snapshots: TrainingProgress[] = [];
    let wanted: { last: Buffer; best: Buffer };

    beforeAll(async () => {
      const directory = newFolder();
      const { checkpoints } = await make({ directory }).trainer.run({ onProgress: (moment) => snapshots.push(moment) });
      wanted = { last: readFileSync(checkpoints!.last), best: readFileSync(checkpoints!.best) };
    });

    it('after any step or validation batch ends with the same files as without interruption, bit by bit', async () => {
      for (let stop = 1; stop < snapshots.length - 1; stop++) {
        const directory = newFolder();
        const last = join(directory, 'last.safetensors');
        const error = await interrupted(make, directory, stop);
        expect(error).toMatchObject({ code: 'RUN_ABORTED', details: { checkpoint: last } });
        expect((error as Error).message).toContain(last);
        await make({ directory }).trainer.run({ resumeFrom: await readCheckpoint(last) });
        expect(readFileSync(last).equals(wanted.last), `last after snapshot ${stop}`).toBe(true);
        const best = readFileSync(join(directory, 'best.safetensors'));
        expect(best.equals(wanted.best), `best after snapshot ${stop}`).toBe(true);
        rmSync(directory, { recursive: true });
      }
    });

    it('again and again ends with the same files, too', async () => {
      const directory = newFolder();
      const last = join(directory, 'last.safetensors');
      await interrupted(make, directory, 2);
      for (let attempt = 0; attempt < 4; attempt++) {
        const control = new AbortController();
        const run = make({ directory }).trainer.run({
          resumeFrom: await readCheckpoint(last),
          signal: control.signal,
          onProgress: () => control.abort(),
        });
        await expect(run).rejects.toMatchObject({ code: 'RUN_ABORTED' });
      }
      await make({ directory }).trainer.run({ resumeFrom: await readCheckpoint(last) });
      expect(readFileSync(last).equals(wanted.last)).toBe(true);
    });

    it('from a checkpoint that was written inside an epoch before the process was killed ends the same', async () => {
      const directory = newFolder();
      const last = join(directory, 'last.safetensors');
      let inside: Buffer | undefined;
      await make({ directory, stepsPerCheckpoint: 1 }).trainer.run({
        onProgress: ({ phase, epoch, step }) => {
          if (phase === 'training' && epoch === 2 && step === 2) inside = readFileSync(last);
        },
      });
      const { decodeCheckpoint } = await import('../src/index.js');
      const checkpoint = decodeCheckpoint(inside!, last);
      expect(checkpoint.training!.state).toMatchObject({ epoch: 1, step: 1 });
      await make({ directory }).trainer.run({ resumeFrom: checkpoint });
      expect(readFileSync(last).equals(wanted.last)).toBe(true);
    });
  });
}

/** Starts the run in a process of its own and kills that once it has made so many updates. */
function killedAfter(updates: number, directory: string): Promise<NodeJS.Signals | null> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const program = fileURLToPath(new URL('./killed-run.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@seq/source', '--import', tsx, program, directory]);
  let seen = '';
  child.stdout.on('data', (text: Buffer) => {
    seen += text.toString();
    if (seen.split('\n').some((line) => Number(line) >= updates)) child.kill('SIGKILL');
  });
  return new Promise((resolve) => child.on('exit', (_code, signal) => resolve(signal)));
}

describe('a process that is killed', () => {
  it('leaves whole files from which the run ends as if it had not been killed', async () => {
    const [killed, whole] = [newFolder(), newFolder()];
    expect(await killedAfter(11, killed)).toBe('SIGKILL');
    const left = await readCheckpoint(join(killed, 'last.safetensors'));
    const { epoch, update } = left.training!.state;
    expect(update).toBeGreaterThanOrEqual(10);
    const epochs = epoch + 2;
    // A constant rate does not depend on the number of epochs, which the killed run had more of.
    const options = { schedule: { kind: 'constant' } } as const;
    await newFineTuning({ directory: whole, epochs, ...options }).trainer.run();
    await newFineTuning({ directory: killed, epochs, ...options }).trainer.run({ resumeFrom: left });
    const files = [killed, whole].map((folder) => readFileSync(join(folder, 'last.safetensors')));
    expect(files[0]!.equals(files[1]!)).toBe(true);
  });
});

describe('resuming', () => {
  it('refuses a checkpoint of other options, samples or another model, and names them', async () => {
    const directory = newFolder();
    const control = new AbortController();
    const first = newFineTuning({ directory }).trainer.run({
      signal: control.signal,
      onProgress: () => control.abort(),
    });
    await expect(first).rejects.toMatchObject({ code: 'RUN_ABORTED' });
    const resumeFrom = await readCheckpoint(join(directory, 'last.safetensors'));
    const refusal = async (run: { trainer: { run(options: object): Promise<unknown> } }) => {
      const error = await run.trainer.run({ resumeFrom }).then(
        () => undefined,
        (reason: unknown) => reason as { code: string; message: string },
      );
      expect(error?.code).toBe('CHECKPOINT_MISMATCH');
      return error!.message;
    };
    expect(await refusal(newFineTuning({ learningRate: 1 }))).toContain('learningRate was 0.003 and is 1');
    expect(await refusal(newFineTuning({}, { targetPenalty: 3 }))).toContain('penalties');
    expect(await refusal(newFineTuning({ validation: datasets.training }))).toContain('samples');
    expect(await refusal(newPretraining())).toContain('predictor');
  });

  it('allows more epochs and more patience', async () => {
    const directory = newFolder();
    const short = newFineTuning({ directory, epochs: 1 });
    await short.trainer.run();
    const resumeFrom = await readCheckpoint(join(directory, 'last.safetensors'));
    const { history } = await newFineTuning({ directory, epochs: 2, patience: 5 }).trainer.run({ resumeFrom });
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2]);
  });

  it('wants the best checkpoint of the interrupted run in the folder', async () => {
    const directory = newFolder();
    await newFineTuning({ directory, epochs: 1 }).trainer.run();
    const resumeFrom = await readCheckpoint(join(directory, 'last.safetensors'));
    const run = newFineTuning({ directory: newFolder(), epochs: 2 }).trainer.run({ resumeFrom });
    await expect(run).rejects.toMatchObject({ code: 'CHECKPOINT_NOT_FOUND' });
  });
});
