import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { filesOf, loadNamed } from '../discover/discover.js';
import { runCampaign } from './campaign.js';
import type { FuzzTarget } from './fuzz-target.js';
import { Random } from './random.js';

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}.fuzz.ts`, import.meta.url));
const slow = { timeout: 120_000 };

describe('Random', () => {
  it('repeats itself for equal keys, and differs for others', () => {
    const draw = (key: string): number[] => {
      const random = new Random(key);
      return Array.from({ length: 20 }, () => random.bits());
    };
    expect(draw('1 a 0')).toEqual(draw('1 a 0'));
    expect(draw('1 a 0')).not.toEqual(draw('1 a 1'));
  });

  it('stays in range and reaches both ends', () => {
    const random = new Random('range');
    const seen = new Set(Array.from({ length: 500 }, () => random.integer(-2, 2)));
    expect([...seen].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    const mean = Array.from({ length: 4000 }, () => random.fraction()).reduce((sum, value) => sum + value) / 4000;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
  });

  it('damages copies, never the original, and copes with nothing', () => {
    const random = new Random('damage');
    const original = Uint8Array.from({ length: 30 }, (_, i) => i);
    const copies = Array.from({ length: 50 }, () => Buffer.from(random.damaged(original)).toString('hex'));
    expect(new Set(copies).size).toBeGreaterThan(40);
    expect(original).toEqual(Uint8Array.from({ length: 30 }, (_, i) => i));
    expect(() => Array.from({ length: 50 }, () => random.damaged(new Uint8Array()))).not.toThrow();
  });
});

describe('runCampaign', () => {
  it('lets refusals pass and reports other errors with their input', slow, async () => {
    const kinds = Array.from({ length: 12 }, (_, number) => new Random(`3 fixture/odd-inputs ${number}`).integer(0, 2));
    const { inputs, findings } = await runCampaign(fixture('odd-inputs'), {
      seed: 3,
      inputs: 12,
      seconds: 100,
      findings: 2,
    });
    const careless = kinds.flatMap((kind, number) => (kind === 2 ? [number] : []));
    expect(careless.length).toBeGreaterThan(2);
    expect(findings.map(({ number }) => number)).toEqual(careless.slice(0, 2));
    expect(inputs).toBe(careless[1]! + 1);
    expect(findings[0]!.problem).toMatch(/TypeError: a careless one[\s\S]*input: 2/);
    expect(new Set(kinds).size).toBe(3);
  });

  it('reports a hang, a crash of the process, and memory', slow, async () => {
    const options = { inputs: 1, seconds: 60 };
    const hang = await runCampaign(fixture('hang'), { ...options, hangLimitMs: 500 });
    expect(hang.findings).toEqual([{ number: 0, problem: 'hung for more than 500 ms' }]);
    const crash = await runCampaign(fixture('crash'), options);
    expect(crash.findings[0]!.problem).toMatch(/^the process ended with (signal|exit code)/);
    const memory = await runCampaign(fixture('memory'), { ...options, memoryLimitMiB: 100 });
    expect(memory.findings[0]!.problem).toMatch(/MiB of memory/);
  });

  it('refuses a target that cannot be loaded', slow, async () => {
    await expect(runCampaign(fixture('missing'), { inputs: 1 })).rejects.toThrow('could not be started');
  });
});

describe('fuzz targets of the repository', () => {
  const files = filesOf('fuzz');

  it('have names of their own', async () => {
    expect(await loadNamed<FuzzTarget>(files)).toHaveLength(files.length);
  });

  for (const file of files) {
    it(`${file.slice(file.lastIndexOf('/') + 1)} › survives 200 inputs of seed 1`, slow, async () => {
      const { inputs, findings } = await runCampaign(file, { seed: 1, inputs: 200, seconds: 60 });
      expect(findings).toEqual([]);
      expect(inputs).toBeGreaterThan(0);
    });
  }
});
