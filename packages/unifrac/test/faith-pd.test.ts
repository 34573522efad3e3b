import { FeatureTable } from '@seq/data';
import { describe, expect, it } from 'vitest';
import { createUnifrac, faithPd, parseNewick, type SampleProgress } from '../src/index.js';
import { randomStudy } from './small-tables.js';

const { table: few, newick } = randomStudy(40, 700);

/** The samples of a small study over and over, with more counts than are looked at in one turn. */
const times = 125;
const table = new FeatureTable({
  sampleIds: Array.from({ length: 40 * times }, (_, i) => `s${i}`),
  featureIds: few.featureIds,
  sampleOffsets: Uint32Array.from(
    { length: 40 * times + 1 },
    (_, i) => Math.floor(i / 40) * few.counts.length + few.sampleOffsets[i % 40]!,
  ),
  featureIndices: Uint32Array.from(
    { length: times * few.counts.length },
    (_, i) => few.featureIndices[i % few.counts.length]!,
  ),
  counts: Float64Array.from({ length: times * few.counts.length }, (_, i) => few.counts[i % few.counts.length]!),
});

describe('faithPd', () => {
  it('of a large table goes on in parts, tells how far it is, and gives what one call gives', async () => {
    using tree = parseNewick(newick);
    using unifrac = createUnifrac(tree, few.featureIds);
    const { sampleOffsets: offsets, featureIndices: features } = few;
    const once = unifrac.faithPd({ offsets, features });
    const told: SampleProgress[] = [];
    const values = await faithPd(table, tree, { onProgress: (progress) => told.push(progress) });
    expect(values).toEqual(Float64Array.from(values, (_, sample) => once[sample % 40]!));
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)).toEqual({ samplesDone: 40 * times, samplesTotal: 40 * times });
    for (const [i, { samplesDone }] of told.entries())
      expect(samplesDone).toBeGreaterThan(told[i - 1]?.samplesDone ?? 0);
  });

  it('is the same on any number of threads, and refuses none', async () => {
    using tree = parseNewick(newick);
    const values = await faithPd(few, tree, { threads: 1 });
    for (const threads of [2, 3, 16]) expect(await faithPd(few, tree, { threads })).toEqual(values);
    const refused = faithPd(few, tree, { threads: 0 });
    await expect(refused).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('threads is 0'),
    });
  });

  it('stops between two parts, with the reason of its signal or what its listener threw', async () => {
    using tree = parseNewick(newick);
    const reason = new Error('no longer wanted');
    const controller = new AbortController();
    let turns = 0;
    const onProgress = (): void => {
      turns += 1;
      controller.abort(reason);
    };
    await expect(faithPd(table, tree, { signal: controller.signal, onProgress })).rejects.toBe(reason);
    expect(turns).toBe(1);
    const thrown = faithPd(few, tree, {
      onProgress: () => {
        throw reason;
      },
    });
    await expect(thrown).rejects.toBe(reason);
  });

  it('of no sample is nothing', async () => {
    using tree = parseNewick('(a:1,b:2);');
    const sampleOffsets = Uint32Array.of(0);
    const nothing = { sampleIds: [], featureIndices: new Uint32Array(0), counts: new Float64Array(0) };
    expect(await faithPd(new FeatureTable({ ...nothing, sampleOffsets, featureIds: ['a'] }), tree)).toEqual(
      new Float64Array(0),
    );
  });
});
