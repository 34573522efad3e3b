import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam } from './fake-terminal.js';
import { makeStudy, type Study, trainingCall } from './small-study.js';
import { endOf, startAam } from './start-aam.js';

let study: Study;

beforeAll(async () => {
  study = await makeStudy();
});

afterAll(() => study.remove());

const pretrainInto = (folder: string): string[] =>
  trainingCall(study, 'pretrain', folder, ['--tree', study.tree, '--epochs', '8']);

/** Code by which a process interrupts itself, as Ctrl-C would, when it tells of this epoch. */
function interruptInEpoch(epoch: number): string {
  return `
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = (text) => {
      if (text.includes('epoch ${epoch}/')) {
        process.stderr.write = write;
        process.kill(process.pid, 'SIGINT');
      }
      return write(text);
    };`;
}

describe('a process of aam', { timeout: 180_000 }, () => {
  it('ends with 0, 1 or 2 and says in a sentence why', async () => {
    const [done, failed, wrong] = await Promise.all(
      [['inspect', study.tree], ['inspect', study.path('nowhere')], ['inspect']].map((argv) => endOf(startAam(argv))),
    );
    expect([done!.exitCode, done!.stderr]).toEqual([0, '']);
    expect(done!.stdout).toMatch(/^kind +phylogeny/);
    expect([failed!.exitCode, failed!.stdout]).toEqual([1, '']);
    expect(failed!.stderr).toMatch(/^aam: .*nowhere.*\n$/);
    expect([wrong!.exitCode, wrong!.stdout]).toEqual([2, '']);
    expect(wrong!.stderr).toMatch(/^aam: missing required argument 'file'\n/);
  });

  it('stopped by Ctrl-C leaves a checkpoint from which a run ends as if nothing had stopped it', async () => {
    const stopped = await endOf(startAam(pretrainInto('stopped'), { before: interruptInEpoch(3) }));
    expect([stopped.exitCode, stopped.signal, stopped.stdout]).toEqual([130, null, '']);
    expect(stopped.stderr).toContain('Stopping after the present step');
    const last = study.path('stopped/last.safetensors');
    expect(stopped.stderr).toContain(`--resume-from ${last}\n`);
    expect((await readdir(study.path('stopped'))).filter((name) => /\.(tmp|partial)$/.test(name))).toEqual([]);

    for (const argv of [[...pretrainInto('stopped'), '--resume-from', last], pretrainInto('whole')]) {
      const { exitCode, stderr } = await aam(argv);
      expect(exitCode, stderr).toBe(0);
    }
    for (const name of ['last.safetensors', 'best.safetensors', 'history.tsv']) {
      const files = await Promise.all(['stopped', 'whole'].map((folder) => readFile(study.path(folder, name))));
      expect(files[0]!.equals(files[1]!), name).toBe(true);
    }
  });

  it('whose reader has left ends without a word, with its work done', async () => {
    const output = study.path('d.tsv');
    const argv = ['unifrac', '--table', study.table, '--tree', study.tree, '--output', output];
    const [help, distances] = [startAam(['train', '--help']), startAam(argv)];
    help.stdout.destroy();
    distances.stderr.destroy();
    const [shown, written] = await Promise.all([endOf(help), endOf(distances)]);
    expect([shown.exitCode, shown.stderr]).toEqual([0, '']);
    expect(written.exitCode).toBe(0);
    expect((await readFile(output, 'utf8')).split('\n')).toHaveLength(18);
  });

  it('without the addon for the platform says so, and what to do', async () => {
    const before = `Object.defineProperty(process, 'arch', { value: 'riscv64' });`;
    const output = study.path('never.tsv');
    const argv = ['unifrac', '--table', study.table, '--tree', study.tree, '--output', output];
    const { exitCode, stdout, stderr } = await endOf(startAam(argv, { before }));
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^aam: @seq\/native: no build of the native addon .* "npm run build" \(needs cargo\)\.\n$/);
    await expect(readFile(output)).rejects.toThrow('ENOENT');
  });
});
