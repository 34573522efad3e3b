import { describe, expect, it } from 'vitest';
import { describePlan, formatBytes, secondsFromTrials } from './matrix-plan.js';

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

it('formatBytes takes the unit that fits', () => {
  expect([10, 40_000, 4e7, 1.94e9].map(formatBytes)).toEqual(['1 kB', '40 kB', '40 MB', '1.9 GB']);
});

it('secondsFromTrials takes what both trials have in common as set-up, and scales the rest by pairs', () => {
  const pairs = (count: number): number => (count * (count - 1)) / 2;
  const seconds = (count: number): number => 3 + 1e-6 * pairs(count);
  expect(secondsFromTrials([seconds(100), seconds(400)], 20_000)).toBeCloseTo(seconds(20_000), 6);
  expect(secondsFromTrials([2, 1], 20_000)).toBe(1);
});
