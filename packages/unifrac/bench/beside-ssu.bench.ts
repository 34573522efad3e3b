// `ssu` of unifrac-binaries and `aam unifrac` in turns, whole command against whole command, and from opened inputs to the
// matrix. `--metrics`, `--threads n` (default 2), `--runs n` (default 2), `--samples n` (mixed from the table), `--table`,
// `--tree`. Without `ssu` ours is measured alone. `docs/design/unifrac-kernels.md` says how versions of `ssu` compare.

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFeatureTable, writeFeatureTable } from '@seq/data';
import type { Bench } from '../../../tooling/bench/bench.js';
import { median } from '../../../tooling/bench/measure.js';
import { openTree, unifracMatrix } from '../src/index.js';
import { type BenchFiles, benchFiles, benchMetrics, chosenMetrics, resampled } from './bench-data.js';
import { type ChildMeasurement, findProgram, measureChild } from './child-process.js';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

const bench: Bench = {
  name: 'unifrac/beside-ssu/cpu',
  async run({ smoke, flags, record }) {
    const folder = await mkdtemp(join(tmpdir(), 'seq-bench-'));
    try {
      const files = await inputs(benchFiles(smoke, flags), smoke ? undefined : flags.samples, folder);
      const run = { files, folder, threads: Number(flags.threads ?? 2), rounds: smoke ? 1 : Number(flags.runs ?? 2) };
      for (const metric of smoke ? ['unweighted'] : chosenMetrics(flags)) await compare(metric, run, record);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Run {
  readonly files: BenchFiles;
  readonly folder: string;
  readonly threads: number;
  readonly rounds: number;
}

/** Files that both programs read: `ssu` knows no compressed tree. */
async function inputs(files: BenchFiles, samples: string | undefined, folder: string): Promise<BenchFiles> {
  const tree = join(folder, 'tree.nwk');
  using opened = await openTree(files.tree);
  const { writeFile } = await import('node:fs/promises');
  await writeFile(tree, opened.toNewick());
  if (samples === undefined) return { ...files, tree };
  const table = join(folder, 'table.biom');
  await writeFeatureTable(resampled(await readFeatureTable(files.table), Number(samples)), table);
  return { name: `${files.name}, ${samples} mixed`, table, tree };
}

async function compare(metric: string, run: Run, record: Parameters<Bench['run']>[0]['record']): Promise<void> {
  const ssu = findProgram('ssu');
  const [theirs, ours, compute]: [ChildMeasurement[], ChildMeasurement[], number[]] = [[], [], []];
  for (let round = 0; round < run.rounds; round++) {
    if (ssu !== undefined) theirs.push(runSsu(ssu, metric, run));
    ours.push(runCommand(metric, run));
    compute.push(...(await computeSeconds(metric, run)));
  }
  const facts = { data: run.files.name, metric, threads: run.threads, rounds: run.rounds };
  const loading = ssu === undefined ? undefined : ssuLoading(ssu, metric, run);
  if (theirs.length > 0) record('ssu, whole command', { ...facts, version: ssuVersion(), ...summary(theirs) });
  if (loading !== undefined) record('ssu, one stripe, as time to load', { ...facts, ...summary([loading]) });
  record('aam unifrac, whole command', { ...facts, started: startedFrom(), ...summary(ours), ...ratios(theirs, ours) });
  const seconds = median(compute);
  const theirCompute = loading && medianOf(theirs, 'seconds')! - loading.seconds;
  record('seq, opened inputs to matrix', {
    ...facts,
    seconds,
    ...(theirCompute === undefined ? {} : { ssuSecondsWithoutLoading: theirCompute, ratio: theirCompute / seconds }),
  });
}

function runSsu(ssu: string, metric: string, { files, folder, threads }: Run): ChildMeasurement {
  const alpha = metric === 'generalized' ? ['-a', '0.5'] : [];
  const output = ['-r', 'hdf5_fp32', '--pcoa', '0', '-o', join(folder, 'ssu.h5')];
  const args = ['-i', files.table, '-t', files.tree, '-m', `${metric}_fp32`, ...alpha, ...output];
  return measureChild(ssu, args, { OMP_NUM_THREADS: String(threads) });
}

/** One stripe of the many that a matrix has: all the loading, and next to no pairs. */
function ssuLoading(ssu: string, metric: string, { files, folder }: Run): ChildMeasurement {
  const part = ['--mode', 'partial', '--start', '0', '--stop', '1', '-o', join(folder, 'ssu.part')];
  return measureChild(ssu, ['-i', files.table, '-t', files.tree, '-m', `${metric}_fp32`, ...part]);
}

function ssuVersion(): string {
  const dpkg = findProgram('dpkg-query');
  if (dpkg === undefined) return 'unknown';
  try {
    return measureChild(dpkg, ['-W', '-f', '$' + '{Version}\\n', 'unifrac-tools']).output.split('\n')[0]!;
  } catch {
    return 'unknown';
  }
}

const built = join(repository, 'packages/cli/dist/index.js');

function startedFrom(): string {
  return existsSync(built) ? 'build' : 'sources';
}

function runCommand(metric: string, { files, folder, threads }: Run): ChildMeasurement {
  const start = existsSync(built)
    ? [join(repository, 'packages/cli/bin/aam.mjs')]
    : [
        '--conditions=@seq/source',
        '--import',
        'tsx',
        '-e',
        `process.exitCode = await (await import('${repository}packages/cli/src/index.ts')).run(process.argv.slice(1))`,
        '--',
      ];
  const alpha = metric === 'generalized' ? ['--alpha', '0.5'] : [];
  const io = [
    '--table',
    files.table,
    '--tree',
    files.tree,
    '--output',
    join(folder, 'seq.h5'),
    '--missing',
    'drop',
    '--precision',
    'f32',
  ];
  return measureChild(process.execPath, [
    ...start,
    'unifrac',
    ...io,
    '--metric',
    metric,
    ...alpha,
    '--threads',
    String(threads),
  ]);
}

/** Seconds of one warm-up and one run from opened inputs; only the latter counts. */
async function computeSeconds(metric: string, { files, threads }: Run): Promise<readonly number[]> {
  const table = await readFeatureTable(files.table);
  using tree = await openTree(files.tree);
  const compute = async (): Promise<number> => {
    const started = performance.now();
    await unifracMatrix(table, tree, { ...benchMetrics[metric], threads, missing: 'drop' });
    return (performance.now() - started) / 1000;
  };
  await compute();
  return [await compute()];
}

type Quantity = 'seconds' | 'cpuSeconds' | 'peakRssMiB';

function medianOf(all: readonly ChildMeasurement[], quantity: Quantity): number | undefined {
  const values = all.map((one) => one[quantity]).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : median(values);
}

function summary(all: readonly ChildMeasurement[]): Record<string, number> {
  const quantities: readonly Quantity[] = ['seconds', 'cpuSeconds', 'peakRssMiB'];
  const entries = quantities.map((quantity) => [quantity, medianOf(all, quantity)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [Quantity, number] => entry[1] !== undefined));
}

function ratios(theirs: readonly ChildMeasurement[], ours: readonly ChildMeasurement[]): Record<string, number> {
  const [a, b] = [summary(theirs), summary(ours)];
  const ratio = (quantity: Quantity): number => a[quantity]! / b[quantity]!;
  if (a.seconds === undefined) return {};
  return { ratio: ratio('seconds'), ...(a.cpuSeconds === undefined ? {} : { cpuRatio: ratio('cpuSeconds') }) };
}

export default bench;
