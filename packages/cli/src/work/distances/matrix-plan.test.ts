import { FeatureTable } from '@seq/data';
import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../command.js';
import { describePlan, formatBytes, secondsFromTrials, tellPlan } from './matrix-plan.js';

describe('describePlan', () => {
  const plan = { sampleCount: 10_000, precision: 'f32', output: 'd.h5' } as const;

  it('tells pairs, memory, room on the disk and time', () => {
    expect(describePlan(plan, 75)).toBe(
      '10,000 samples are 49,995,000 pairs: 600 MB of memory for the distances, about 400 MB on the disk; ' +
        'about 1 min 15 s to compute',
    );
  });

  it.each([
    ['d.npy', 'f64', '800 MB'],
    ['d.tsv', 'f64', '1.9 GB'],
    ['d.tsv', 'f32', '1.1 GB'],
    ['d.qza', 'f64', '950 MB'],
  ] as const)('knows that %s in %s takes about %s', (output, precision, size) => {
    expect(describePlan({ ...plan, output, precision }, undefined)).toMatch(new RegExp(`about ${size} on the disk$`));
  });

  it('warns where memory is short', () => {
    expect(describePlan(plan, undefined, 1e8)).toMatch(/\nOnly 100 MB of memory are free/);
    expect(describePlan(plan, undefined, 1e9)).not.toMatch(/Only/);
  });

  it('tells where rows go to the file as they are computed', () => {
    const line = describePlan({ ...plan, byRows: true }, 75, 1e8);
    expect(line).toContain('computed by rows, each pair twice, since memory is short, about 400 MB on the disk');
    expect(line).not.toMatch(/Only/);
  });
});

describe('tellPlan', () => {
  /** What is told for so many samples, and the trials that were made, each a second and a microsecond per pair. */
  async function told(
    sampleCount: number,
    byRows: boolean,
  ): Promise<readonly [note: string, trials: readonly number[]]> {
    const notes: string[] = [];
    const trials: number[] = [];
    let now = 0;
    const context = { progress: { note: (line: string) => notes.push(line) }, terminal: { now: () => now } };
    const table = new FeatureTable({
      sampleIds: Array.from({ length: sampleCount }, (_, i) => `s${i}`),
      featureIds: ['a'],
      sampleOffsets: Uint32Array.from({ length: sampleCount + 1 }, (_, i) => i),
      featureIndices: new Uint32Array(sampleCount),
      counts: new Float64Array(sampleCount).fill(1),
    });
    const plan = { precision: 'f32', output: 'd.npy', byRows } as const;
    await tellPlan(context as unknown as CommandContext, table, plan, async (some) => {
      trials.push(some.sampleCount);
      now += 1_000 + (some.sampleCount * (some.sampleCount - 1)) / 2_000;
    });
    expect(notes.length).toBeLessThanOrEqual(1);
    return [notes[0] ?? '', trials];
  }

  it('says nothing of few samples, no time of some, and times trials of many', async () => {
    expect(await told(999, false)).toEqual(['', []]);
    expect(await told(1_000, false)).toEqual([expect.stringMatching(/about 4 MB on the disk$/), []]);
    expect(await told(4_999, false)).toEqual([expect.stringMatching(/about 100 MB on the disk$/), []]);
    // 12.5 million pairs and one second, rounded.
    expect(await told(5_000, false)).toEqual([
      expect.stringMatching(/on the disk; about 13 s to compute$/),
      [100, 400],
    ]);
    expect(await told(5_000, true)).toEqual([expect.stringMatching(/on the disk; about 27 s to compute$/), [100, 400]]);
  });
});

it('formatBytes takes the unit that fits', () => {
  expect([10, 40_000, 4e7, 1.94e9].map(formatBytes)).toEqual(['1 kB', '40 kB', '40 MB', '1.9 GB']);
});

it('secondsFromTrials takes what both trials have in common as set-up, and scales the rest by pairs', () => {
  const pairs = (count: number): number => (count * (count - 1)) / 2;
  const seconds = (count: number): number => 3 + 1e-6 * pairs(count);
  expect(secondsFromTrials([seconds(100), seconds(400)], 20_000)).toBeCloseTo(seconds(20_000), 6);
  expect(secondsFromTrials([2, 1], 20_000)).toBe(1);
});
