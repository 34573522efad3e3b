// What is told before many distances are computed, and what is done where memory is short.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { aam, type Outcome } from './fake-terminal.js';
import { makeStudy, type Study, tableText, treeText } from './small-study.js';

const memory = vi.hoisted(() => ({ free: 1e12 }));
vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  freemem: () => memory.free,
}));

let study: Study;
let inputs: readonly string[];

/** Samples from which on a plan is told. */
const ids = Array.from({ length: 1_000 }, (_, i) => `s${i}`);
const features = ['a', 'b', 'c', 'd'];

beforeAll(async () => {
  study = await makeStudy();
  const rows = features.map((_, feature) => ids.map((_, sample) => (sample * (feature + 3)) % 7));
  const table = await study.write('many.tsv', tableText({ ids, features, rows }));
  inputs = ['--table', table, '--tree', await study.write('four.nwk', treeText(features))];
});

afterAll(() => study.remove());

async function told(free: number, ...argv: readonly string[]): Promise<string> {
  memory.free = free;
  const { exitCode, stdout, stderr }: Outcome = await aam(argv, { isTTY: true });
  expect([exitCode, stdout], stderr).toEqual([0, '']);
  return stderr;
}

it('aam unifrac tells pairs, memory and room on the disk before it begins', async () => {
  const stderr = await told(1e12, 'unifrac', ...inputs, '--output', study.path('m.npy'));
  const plan = '1,000 samples are 499,500 pairs: 4 MB of memory for the distances, about 4 MB on the disk\n';
  expect(stderr).toContain(plan);
  expect(stderr.indexOf(plan)).toBeLessThan(stderr.indexOf('pairs/s'));
});

it('aam unifrac computes by rows where memory is short, and writes the same bytes', async () => {
  const flags = ['--metric', 'weighted_normalized', '--output'];
  await told(1e12, 'unifrac', ...inputs, ...flags, study.path('whole.npy'));
  const stderr = await told(5e6, 'unifrac', ...inputs, ...flags, study.path('rows.npy'));
  expect(stderr).toContain('computed by rows, each pair twice, since memory is short, about 4 MB on the disk');
  expect(await readFile(study.path('rows.npy'))).toEqual(await readFile(study.path('whole.npy')));
});

it('aam beta tells where memory is short', async () => {
  const table = inputs.slice(0, 2);
  const stderr = await told(5e6, 'beta', ...table, '--output', study.path('b.npy'));
  expect(stderr).toContain('6 MB of memory for the distances, about 4 MB on the disk\nOnly 5 MB of memory are free');
});

it('distances to many references have a plan, too', async () => {
  const references = await study.write('references.txt', ids.slice(0, 500).join('\n'));
  const flags = ['--references', references, '--output', study.path('r.npy')];
  expect(await told(1e6, 'unifrac', ...inputs, ...flags)).toContain(
    '1,000 samples to 500 references: 8 MB of memory for the distances, about 2 MB on the disk\nOnly 1 MB of memory are free',
  );
});
