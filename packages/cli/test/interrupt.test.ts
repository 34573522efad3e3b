import { copyFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { readCheckpoint } from '@seq/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam } from './fake-terminal.js';
import { demoTable, makeStudy, predictionCall, type Study, shortRun, trainingCall } from './small-study.js';

let study: Study;

beforeAll(async () => {
  study = await makeStudy();
  const pretraining = await aam(pretrainInto('whole'));
  if (pretraining.exitCode !== 0) throw new Error(pretraining.stderr);
  const training = await aam(trainInto('whole-train'));
  if (training.exitCode !== 0) throw new Error(training.stderr);
});

afterAll(() => study.remove());

function pretrainInto(folder: string): string[] {
  return trainingCall(study, 'pretrain', folder, ['--tree', study.tree]);
}

function trainInto(folder: string): string[] {
  const inputs = ['--table', study.table, '--sequences', study.sequences, '--metadata', study.metadata];
  const encoder = ['--pretrained-encoder', study.path('whole/best.safetensors')];
  return ['train', ...inputs, ...encoder, '--metadata-column', 'age', '--output-dir', study.path(folder), ...shortRun];
}

/** Stops at the second progress of an epoch. */
function inEpoch(epoch: number): (written: string) => boolean {
  let seen = 0;
  return (written) => written.includes(`epoch ${epoch}/2  `) && ++seen === 2;
}

const bytes = (...parts: string[]): Promise<Buffer> => readFile(study.path(...parts));

describe.each([
  ['pretrain', 'whole', pretrainInto],
  ['train', 'whole-train', trainInto],
] as const)('an interrupted aam %s', (name, whole, argvInto) => {
  it.each([1, 2])('stopped in epoch %i and resumed ends bit-equal to an uninterrupted run', async (epoch) => {
    const folder = `${name}-stopped-${epoch}`;
    const last = study.path(folder, 'last.safetensors');
    const stopped = await aam(argvInto(folder), { isTTY: true, interruptAt: inEpoch(epoch) });
    expect(stopped.exitCode).toBe(130);
    expect(stopped.stderr).toContain('Stopping after the present step');
    expect(stopped.stderr).toContain(`stopped in epoch ${epoch}`);
    expect(stopped.stderr).toContain(`go on from "${last}"`);
    expect(stopped.stderr).toContain(`--resume-from ${last}\n`);
    const atStop = await bytes(folder, 'last.safetensors');
    expect(atStop.equals(await bytes(whole, 'last.safetensors'))).toBe(false);

    const resumed = await aam([...argvInto(folder), '--resume-from', last]);
    expect([resumed.exitCode, resumed.stderr.includes('best epoch')]).toEqual([0, true]);
    for (const file of [
      'last.safetensors',
      'best.safetensors',
      'history.tsv',
      'train_samples.txt',
      'val_samples.txt',
    ]) {
      expect((await bytes(folder, file)).equals(await bytes(whole, file)), file).toBe(true);
    }
    expect((await readdir(study.path(folder))).sort()).toEqual((await readdir(study.path(whole))).sort());
  });

  it('has last.safetensors inside an epoch, if asked for, from which a killed run ends the same', async () => {
    const folder = `${name}-killed`;
    const last = study.path(folder, 'last.safetensors');
    const kept = study.path(`${name}-kept.safetensors`);
    let seen = 0;
    const interruptAt = (written: string): boolean => {
      if (written.includes('epoch 1/2  ') && ++seen === 3) copyFileSync(last, kept);
      return false;
    };
    const argv = [...argvInto(folder), '--checkpoint-steps', '1'];
    expect((await aam(argv, { isTTY: true, interruptAt })).exitCode).toBe(0);
    expect((await readCheckpoint(kept)).training!.state).toMatchObject({ epoch: 0, step: 2 });
    const resumed = await aam([...argvInto(folder), '--resume-from', kept]);
    expect([resumed.exitCode, resumed.stderr.includes('best epoch')]).toEqual([0, true]);
    for (const file of ['last.safetensors', 'best.safetensors', 'history.tsv']) {
      expect((await bytes(folder, file)).equals(await bytes(whole, file)), file).toBe(true);
    }
  });

  it('refuses to go on with other settings and changes no file', async () => {
    const folder = `${name}-other`;
    await mkdir(study.path(folder));
    for (const file of await readdir(study.path(whole)))
      await copyFile(study.path(whole, file), study.path(folder, file));
    const argv = [...argvInto(folder), '--seed', '7', '--resume-from', study.path(folder, 'last.safetensors')];
    const { exitCode, stderr } = await aam(argv);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/cannot go on from the checkpoint.*seed was 0 and is 7/);
    for (const file of await readdir(study.path(whole))) {
      expect((await bytes(folder, file)).equals(await bytes(whole, file)), file).toBe(true);
    }
  });
});

describe('an interrupt outside of training', () => {
  it('ends reading, distances and forests with 130 and writes nothing', async () => {
    const { path, table, tree, metadata } = study;
    const ids = await study.write('ids.txt', 's00\ns01\ns02\ns03\n');
    const calls = [
      ['unifrac', '--table', table, '--tree', tree, '--output', path('never/d.tsv')],
      predictionCall(study, path('whole-train/best.safetensors'), path('never/p.tsv'), ['--batch-size', '1']),
      [
        'rf-baseline',
        '--table',
        table,
        '--metadata',
        metadata,
        '--metadata-column',
        'age',
        '--train-samples',
        ids,
      ].concat(['--val-samples', ids, '--output', path('never/f.tsv')]),
    ];
    for (const argv of calls) {
      const { exitCode, stderr } = await aam(argv, { interruptAt: (written) => written.startsWith('samples: ') });
      expect([argv[0], exitCode]).toEqual([argv[0], 130]);
      expect(stderr).not.toContain('fault of the program');
      expect(stderr).not.toMatch(/\n\s+at /);
    }
    await expect(readdir(path('never'))).rejects.toThrow('ENOENT');
  });

  it('ends the reading of a table', async () => {
    const argv = ['unifrac', '--table', demoTable, '--tree', study.tree, '--output', study.path('never/d.tsv')];
    const running = aam(argv, { interruptAtOnce: true });
    expect(await running).toMatchObject({ exitCode: 130, stdout: '' });
  });
});
