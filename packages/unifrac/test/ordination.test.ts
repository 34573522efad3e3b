import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DistanceMatrix, type Ordination, pcoa, readOrdination, writeOrdination } from '../src/index.js';
import { textsOf } from './artifact-texts.js';
import { has, run } from './installed-python.js';
import { expectClose, fixture, flat, ids, known, matrix } from './ordination-fixture.js';

const folder = await mkdtemp(join(tmpdir(), 'seq-unifrac-ordination-'));
describe('pcoa', () => {
  it.each([9, 3])('with %d dimensions gives eigenvalues, proportions and places of scikit-bio', async (dimensions) => {
    const wanted = dimensions === 9 ? known.all : known.three;
    const found = await pcoa(matrix, { dimensions });
    expect([found.method, found.dimensions, found.sampleIds]).toEqual(['exact', dimensions, ids]);
    expectClose(found.eigenvalues, wanted.eigenvalues);
    expectClose(found.proportionExplained, wanted.proportionExplained);
    expectClose(found.coordinates, wanted.coordinates, 1e-10);
  });

  it('tells of negative eigenvalues', async () => {
    const { negativeEigenvalues } = await pcoa(matrix);
    expect(negativeEigenvalues.count).toBe(1);
    expectClose([negativeEigenvalues.smallest], [known.rawEigenvalues.at(-1)!]);
    expect(negativeEigenvalues.isLarge).toBe(true);
    // Almost on a line, but the way over the middle is a little too short.
    const nearlyFlat = new DistanceMatrix(['x', 'y', 'z'], Float64Array.of(1, 2.001, 1));
    expect((await pcoa(nearlyFlat)).negativeEigenvalues).toMatchObject({ count: 1, isLarge: false });
    expect((await pcoa(flat(9))).negativeEigenvalues).toEqual({ count: 0, smallest: 0, isLarge: false });
  });

  it('by random vectors gives the same, for any number of threads', async () => {
    const all = flat(300);
    const exact = await pcoa(all, { dimensions: 2, method: 'exact' });
    const options = { dimensions: 2, method: 'randomized', seed: 3 } as const;
    const one = await pcoa(all, { ...options, threads: 1 });
    expectClose(one.eigenvalues, exact.eigenvalues, 1e-9);
    expectClose(one.coordinates, exact.coordinates, 1e-9);
    expect(await pcoa(all, { ...options, threads: 3 })).toEqual(one);
  });

  it('depends on the seed only within rounding', async () => {
    const [a, b] = await Promise.all(
      [1, 2].map((seed) => pcoa(flat(100), { dimensions: 2, method: 'randomized', seed })),
    );
    expectClose(a!.coordinates, b!.coordinates, 1e-9);
  });

  it('is exact up to 1,000 samples, and beyond where half of all axes are asked for', async () => {
    expect((await pcoa(flat(1_000), { dimensions: 1 })).method).toBe('exact');
    expect((await pcoa(flat(1_001), { dimensions: 1 })).method).toBe('randomized');
    expect((await pcoa(flat(1_001), { dimensions: 501 })).method).toBe('exact');
  });

  it('can be asked for a part of the variation', async () => {
    const all = await pcoa(matrix, { dimensions: 9 });
    const found = await pcoa(matrix, { dimensions: 0.7 });
    const sum = (count: number): number => all.proportionExplained.slice(0, count).reduce((a, b) => a + b, 0);
    expect(sum(found.dimensions)).toBeGreaterThanOrEqual(0.7);
    expect(sum(found.dimensions - 1)).toBeLessThan(0.7);
    expect(found.coordinates[found.dimensions]).toBe(all.coordinates[9]);
    expect(found.coordinates).toHaveLength(9 * found.dimensions);
  });

  it('for any matrix of one to five samples has centred places', async () => {
    const distance = fc.double({ min: 0, max: 10, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(distance, { minLength: 10, maxLength: 10 }),
        async (size, some) => {
          const any = new DistanceMatrix(ids.slice(0, size), Float64Array.from(some.slice(0, (size * (size - 1)) / 2)));
          const { coordinates, dimensions } = await pcoa(any, { dimensions: size });
          for (let axis = 0; axis < dimensions; axis++) {
            let sum = 0;
            for (let sample = 0; sample < size; sample++) sum += coordinates[sample * dimensions + axis]!;
            expect(Math.abs(sum)).toBeLessThanOrEqual(1e-10);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('refuses undefined distances and options out of range', async () => {
    const undefinedOnes = new DistanceMatrix(['a', 'b', 'c'], Float64Array.of(1, Number.NaN, Number.NaN));
    await expect(pcoa(undefinedOnes)).rejects.toThrowError(/2 of 3 distances are NaN \(first: "a" and "c"\)/);
    await expect(pcoa(new DistanceMatrix([], new Float64Array(0)))).rejects.toMatchObject({ code: 'MATRIX_INVALID' });
    for (const options of [
      { dimensions: 0 },
      { dimensions: 10 },
      { dimensions: 1.5 },
      { dimensions: Number.NaN },
      { seed: -1 },
      { seed: 0.5 },
      { threads: 0 },
      { method: 'svd' as 'exact' },
      { dimensions: 0.5, method: 'randomized' as const },
    ]) {
      await expect(pcoa(matrix, options)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    }
  });

  it('ends with the reason of its signal', async () => {
    const reason = new Error('no longer wanted');
    await expect(pcoa(matrix, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('ordination files', () => {
  it('of scikit-bio and QIIME 2 are read', async () => {
    const text = await readOrdination(fixture('scikit-bio-pcoa.txt'));
    expect(text.sampleIds).toEqual(['a', 'b', 'c', 'd e']);
    expectClose(text.eigenvalues, [13.736780957362503, 3.7287010399183864, 0, 0], 0);
    expect(text.coordinates[4]).toBe(-0.724557666368479);
    expect(await readOrdination(fixture('qiime2-pcoa.qza'))).toEqual(text);
    const packed = join(folder, 'packed.txt.gz');
    await writeFile(packed, gzipSync(await readFile(fixture('scikit-bio-pcoa.txt'))));
    expect(await readOrdination(packed)).toEqual(text);
  });

  it.each(['txt', 'tsv', 'qza'])('written as .%s give the same numbers again', async (ending) => {
    const { method: _method, negativeEigenvalues: _negative, ...wanted } = await pcoa(matrix, { dimensions: 4 });
    const path = join(folder, `pcoa.${ending}`);
    await writeOrdination(wanted, path);
    expect(await readOrdination(path)).toEqual(wanted);
  });

  it('as artifacts are what QIIME 2 2022.11 found valid at its highest level', async () => {
    const ordination = await readOrdination(fixture('ordination.qza'));
    expect(ordination.sampleIds).toEqual(['a', 'b', 'c', 'd e']);
    const made = { uuid: '1d0c7c5e-8f43-4d2b-9a63-5b1e0c9f4a77', time: new Date('2026-01-02T03:04:05Z') };
    await writeOrdination(ordination, join(folder, 'again.qza'), made);
    expect(await textsOf(join(folder, 'again.qza'))).toEqual(await textsOf(fixture('ordination.qza')));
  });

  it('have the sections in the order of scikit-bio', async () => {
    const path = join(folder, 'sections.txt');
    await writeOrdination(await readOrdination(fixture('scikit-bio-pcoa.txt')), path);
    const numbersOfJavaScript = (text: string): string => text.replaceAll(/-?\b0\.0\b/g, '0');
    const written = numbersOfJavaScript((await readFile(path, 'utf8')).replaceAll('-0', '0'));
    expect(written).toBe(
      numbersOfJavaScript(
        (await readFile(fixture('scikit-bio-pcoa.txt'), 'utf8')).replaceAll('-0.0\n', '0\n'),
      ).replaceAll('-0', '0'),
    );
  });

  it('that are damaged are refused with what was found', async () => {
    const whole = await readFile(fixture('scikit-bio-pcoa.txt'), 'utf8');
    const path = join(folder, 'damaged.txt');
    const damages: readonly (readonly [string | RegExp, string, RegExp])[] = [
      ['Eigvals', 'Eigenvalues', /"Eigvals" with 1 count\(s\) is expected/],
      ['13.7', 'x', /is no finite number/],
      ['Site\t4\t4', 'Site\t5\t4', /1 sample\(s\) have not 4 places \(first: "Biplot"/],
      ['Site\t4\t4', 'Site\t9\t4', /it ends within "Site"/],
      ['Site\t4\t4', 'Site\t4\t3', /4 sample\(s\) have not 3 places/],
      ['\nb\t', '\na\t', /1 sample id\(s\) occur again \(first: "a"\)/],
      [/Biplot.*/s, '', /"Biplot" with 2 count\(s\) is expected/],
      [/$/, 'more', /text follows the last section/],
      ['Proportion explained\t4\n0.78', 'Proportion explained\t5\n0.78', /has 4 numbers, not 5/],
      [/^.*$/s, '', /"Eigvals" with 1 count\(s\) is expected where "" stands/],
    ];
    for (const [from, to, message] of damages) {
      await writeFile(path, whole.replace(from, to));
      await expect(readOrdination(path)).rejects.toMatchObject({ code: 'FILE_MALFORMED', details: { path } });
      await expect(readOrdination(path)).rejects.toThrowError(message);
    }
    await expect(readOrdination(join(folder, 'absent.txt'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await writeFile(path, Uint8Array.of(0xff, 0xfe, 0x41));
    await expect(readOrdination(path)).rejects.toThrowError('UTF-8');
  });

  it('are refused before anything is written', async () => {
    const sound: Ordination = await readOrdination(fixture('scikit-bio-pcoa.txt'));
    const path = join(folder, 'never.txt');
    await expect(writeOrdination(sound, join(folder, 'a.png'))).rejects.toMatchObject({ code: 'FILE_FORMAT_UNKNOWN' });
    for (const broken of [
      { ...sound, sampleIds: ['a', 'b', 'c', 'd\te'] },
      { ...sound, sampleIds: ['a', 'b', 'c', '#d'] },
      { ...sound, sampleIds: ['a', 'b', 'c', 'd '] },
      { ...sound, sampleIds: ['a', 'b', 'c', ''] },
      { ...sound, sampleIds: ['a', 'b', 'c', 'c'] },
      { ...sound, dimensions: 3 },
      { ...sound, coordinates: sound.coordinates.slice(1) },
      { ...sound, eigenvalues: Float64Array.of(1, Number.NaN, 0, 0) },
    ]) {
      await expect(writeOrdination(broken, path)).rejects.toMatchObject({ code: 'ORDINATION_INVALID' });
    }
    await expect(readFile(path)).rejects.toThrowError('ENOENT');
  });
});

const python = '/usr/bin/python3';
const hasQiime2 = await has(python, 'qiime2, q2_types, skbio');

it.skipIf(!hasQiime2)(
  'QIIME 2, where it is installed, finds a written ordination valid at the highest level, and scikit-bio reads it',
  { timeout: 240_000 },
  async () => {
    const ordination = await pcoa(matrix, { dimensions: 2 });
    for (const ending of ['qza', 'txt']) await writeOrdination(ordination, join(folder, `peer.${ending}`));
    const script = `import json, qiime2, skbio
a = qiime2.Artifact.load('peer.qza'); a.validate('max')
o, t = a.view(skbio.OrdinationResults), skbio.OrdinationResults.read('peer.txt')
assert (o.samples.values == t.samples.values).all() and list(o.samples.index) == list(t.samples.index)
print(json.dumps([str(a.type), list(o.samples.index), o.eigvals.tolist(), o.proportion_explained.tolist(), o.samples.values.ravel().tolist()]))`;
    const { stdout } = await run(python, ['-c', script], { cwd: folder });
    const { sampleIds, eigenvalues, proportionExplained, coordinates } = ordination;
    const wanted = [sampleIds, [...eigenvalues], [...proportionExplained], [...coordinates]];
    expect(JSON.parse(stdout)).toEqual(['PCoAResults', ...wanted]);
  },
);
