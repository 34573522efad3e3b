import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { filesOf, loadNamed, repositoryRoot } from '../discover/discover.js';
import { type Bench, runBench, thisMachine } from './bench.js';
import { readFlags } from './flags.js';
import { measure, median } from './measure.js';
import { peakMiBInJavaScript, peakMiBInPython } from './peak-memory.js';

const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url));
const machine = { cpu: 'made-up', cpuCount: 2, node: '20.19.0', commit: 'abc' };

describe('measure', () => {
  it('runs warm-ups and runs, and takes the median of the latter', async () => {
    let calls = 0;
    const { runs, medianMs, fastestMs, slowestMs, peakRssMiB } = await measure(() => calls++, { warmups: 2, runs: 4 });
    expect(calls).toBe(6);
    expect(runs).toBe(4);
    expect(fastestMs).toBeLessThanOrEqual(medianMs);
    expect(medianMs).toBeLessThanOrEqual(slowestMs);
    expect(peakRssMiB).toBeGreaterThan(1);
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it.runIf(process.platform === 'linux')('sees the memory of these runs alone', async () => {
    const large = await measure(() => Buffer.alloc(200 * 2 ** 20, 1).length, { warmups: 0, runs: 1 });
    const before = process.memoryUsage.rss() / 2 ** 20;
    expect(large.peakRssScope).toBe('runs');
    expect(large.peakRssMiB).toBeGreaterThan(200);
    expect(large.peakRssMiB).toBeLessThan(before + 1000);
  });

  it.runIf(process.platform === 'linux')(
    'does not take the memory of a bench for that of the programs it starts',
    () => {
      const large = Buffer.alloc(300 * 2 ** 20, 1);
      const started = [
        [process.execPath, '--input-type=module', '--eval', `console.log(${peakMiBInJavaScript})`],
        ['python3', '-c', `${peakMiBInPython}\nprint(peak_mib())`],
      ] as const;
      for (const [command, ...args] of started) {
        const { stdout, error } = spawnSync(command, args, { encoding: 'utf8' });
        // Python is not everywhere.
        if (error !== undefined && command === 'python3') continue;
        expect(Number(stdout)).toBeGreaterThan(1);
        expect(Number(stdout)).toBeLessThan(150);
      }
      expect(large.length).toBe(300 * 2 ** 20);
    },
  );

  it.runIf(process.platform === 'linux')('does not count what earlier runs have left', async () => {
    const options = { warmups: 0, runs: 1 };
    const large = await measure(() => Buffer.alloc(400 * 2 ** 20, 1).length, options);
    const small = await measure(() => 1, options);
    expect(large.peakRssMiB - small.peakRssMiB).toBeGreaterThan(300);
  });

  it('refuses to measure nothing', async () => {
    await expect(measure(() => 1, { runs: 0 })).rejects.toThrow('at least 1 run');
  });
});

describe('readFlags', () => {
  it('tells words, values and switches apart', () => {
    expect(readFlags(['sum', '--length', '5', '--exact', '--name=a=b', '--smoke', 'word'])).toEqual({
      words: ['sum', 'word'],
      flags: { length: '5', exact: 'true', name: 'a=b', smoke: 'true' },
    });
  });
});

describe('runBench', () => {
  const lines = async (options: {
    smoke?: boolean;
    flags?: Record<string, string>;
  }): Promise<Record<string, unknown>[]> => {
    const printed: string[] = [];
    const [found] = await loadNamed<Bench>(filesOf('bench', [fixtures]));
    await runBench(found!.loaded, { ...options, machine, print: (line) => printed.push(line) });
    return printed.map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  it('prints one line per contestant, with facts and machine', async () => {
    const [reduce, loop, ...more] = await lines({ flags: { length: '7' } });
    expect(more).toEqual([]);
    expect(reduce).toMatchObject({ bench: 'sum/made-up/cpu', contestant: 'reduce', length: 7, runs: 5, ...machine });
    expect(loop).toMatchObject({ contestant: 'loop', smoke: false });
  });

  it('runs once in a smoke run', async () => {
    expect((await lines({ smoke: true }))[0]).toMatchObject({ length: 3, runs: 1, smoke: true });
  });

  it('fails a bench that measures nothing', async () => {
    const idle: Bench = { name: 'idle', run: async () => {} };
    await expect(runBench(idle, { machine, print: () => {} })).rejects.toThrow('measured no contestant');
  });

  it('knows the machine it runs on', () => {
    expect(thisMachine()).toMatchObject({ node: process.versions.node });
  });
});

describe('pnpm bench --smoke', () => {
  it('runs every bench of the repository', { timeout: 300_000 }, () => {
    const args = ['--conditions=@seq/source', '--import', 'tsx', 'tooling/bench/run.ts', '--smoke'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: repositoryRoot, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const benches = new Set(
      stdout
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as { bench: string }).bench),
    );
    expect(benches.size).toBe(filesOf('bench').length);
  });
});
