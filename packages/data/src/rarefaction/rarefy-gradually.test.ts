import { describe, expect, it } from 'vitest';
import { codeOf, tableOf } from '../../test/fixtures.js';
import { rarefy } from './rarefy.js';
import { type RarefactionProgress, rarefyGradually } from './rarefy-gradually.js';

const table = tableOf(Array.from({ length: 12 }, (_, i) => [100_000 + i, 70_000, 5 * i, 3]));
const options = { depth: 1000, seed: 3 };

describe('rarefyGradually', () => {
  it('gives what rarefy gives', async () => {
    for (const withReplacement of [false, true]) {
      const wanted = rarefy(table, { ...options, withReplacement });
      expect(await rarefyGradually(table, { ...options, withReplacement })).toEqual(wanted);
    }
  });

  it('tells how far it is, in rising numbers, to the last sample, while other work goes on', async () => {
    const told: RarefactionProgress[] = [];
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await rarefyGradually(table, { ...options, onProgress: (progress) => told.push(progress) });
    isDone = true;
    const done = told.map(({ samplesDone }) => samplesDone);
    expect(done.length).toBeGreaterThan(3);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(told.at(-1)).toEqual({ samplesDone: 12, sampleCount: 12 });
    expect(turns).toBeGreaterThan(3);
  });

  it('ends when asked to, before or in the middle, and with an error of the caller', async () => {
    const reason = new Error('enough');
    await expect(rarefyGradually(table, { ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const abort = new AbortController();
    let calls = 0;
    const onProgress = (): void => {
      calls += 1;
      abort.abort(reason);
    };
    await expect(rarefyGradually(table, { ...options, signal: abort.signal, onProgress })).rejects.toBe(reason);
    expect(calls).toBe(1);
    const failing = (): void => {
      throw reason;
    };
    await expect(rarefyGradually(table, { ...options, onProgress: failing })).rejects.toBe(reason);
  });

  it('refuses what rarefy refuses', async () => {
    expect(await codeOf(() => rarefyGradually(table, { ...options, depth: 0 }))).toBe('OPTION_INVALID');
    expect(await codeOf(() => rarefyGradually(table, { ...options, depth: 10 ** 9 }))).toBe(
      'RAREFACTION_LEAVES_NOTHING',
    );
  });
});
