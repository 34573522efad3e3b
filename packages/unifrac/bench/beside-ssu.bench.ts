// `ssu` of unifrac-binaries and `aam unifrac` in turns, whole command against whole command, and from opened inputs to the
// matrix: all of `--metrics` on `--table` and `--tree`, then unweighted on `--samples n` mixed from them (default 10,000; 0
// for none) and on `--further-table` and `--further-tree`. `--threads n` (default 2), `--runs n` (default 2; generalised, of
// which `ssu` takes minutes, once). Without `ssu` ours is measured alone.

import { existsSync, rmSync } from 'node:fs';
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
      const { runs = '2', threads = '2' } = flags;
      const run = { folder, threads: Number(threads), rounds: smoke ? 1 : Number(runs), record };
      const given = benchFiles(smoke, flags);
      const files = await inputs(given, folder);
      for (const metric of smoke ? ['unweighted'] : chosenMetrics(flags)) await compare(metric, { ...run, files });
      if (smoke || flags.table === undefined) return;
      const { samples = '10000', 'further-table': table, 'further-tree': tree } = flags;
      if (samples !== '0') await compare('unweighted', { ...run, files: await inputs(given, folder, Number(samples)) });
      if (table === undefined || tree === undefined) return;
      await compare('unweighted', { ...run, files: await inputs({ name: table, table, tree }, folder) });
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
  readonly record: Parameters<Bench['run']>[0]['record'];
}

/**
 * How long `ssu` 1.6.1 takes for one second of 1.2, whole command on the oral table: both measured on one other machine, see
 * `docs/design/unifrac-kernels.md`.
 */
const newestSeconds: Readonly<Record<string, number>> = {
  unweighted: 7.3 / 6.5,
  weighted_normalized: 7.5 / 40,
  generalized: 175 / 228,
};

/** Files that both programs read: `ssu` knows no compressed tree. */
async function inputs(files: BenchFiles, folder: string, samples?: number): Promise<BenchFiles> {
  const tree = join(folder, 'tree.nwk');
  using opened = await openTree(files.tree);
  const { writeFile } = await import('node:fs/promises');
  await writeFile(tree, opened.toNewick());
  if (samples === undefined) return { ...files, tree };
  const table = join(folder, 'table.biom');
  await writeFeatureTable(resampled(await readFeatureTable(files.table), samples), table);
  return { name: `${files.name}, ${samples} mixed`, table, tree };
}

async function compare(metric: string, run: Run): Promise<void> {
  const { record } = run;
  const ssu = findProgram('ssu');
  const [theirs, ours, compute]: [ChildMeasurement[], ChildMeasurement[], number[]] = [[], [], []];
  for (let round = 0; round < run.rounds; round++) {
    const isLong = metric === 'generalized' && round > 0;
    if (ssu !== undefined && !isLong) theirs.push(runSsu(ssu, metric, run));
    ours.push(runCommand(metric, run));
    compute.push(...(await computeSeconds(metric, run)));
  }
  const facts = { data: run.files.name, metric, threads: run.threads, rounds: run.rounds };
  const loading = ssu === undefined ? undefined : ssuLoading(ssu, metric, run);
  if (theirs.length > 0) record('ssu, whole command', { ...facts, version: ssuVersion(), ...summary(theirs) });
  if (loading !== undefined) record('ssu, one stripe, as time to load', { ...facts, ...summary([loading]) });
  const whole = { theirs: medianOf(theirs, 'seconds'), ours: medianOf(ours, 'seconds')! };
  const cpu = { theirs: medianOf(theirs, 'cpuSeconds'), ours: medianOf(ours, 'cpuSeconds') };
  record('aam unifrac, whole command', {
    ...facts,
    started: startedFrom(),
    ...summary(ours),
    ...ratios(metric, whole),
    ...(cpu.theirs === undefined || cpu.ours === undefined ? {} : { cpuRatio: cpu.theirs / cpu.ours }),
  });
  const seconds = median(compute);
  record('seq, opened inputs to matrix', {
    ...facts,
    seconds,
    ...ratios(metric, { theirs: whole.theirs, ours: seconds }, loading?.seconds),
  });
}

/** How many times as long `ssu` took, less its loading, and how long the newest would, as far as it is known. */
function ratios(
  metric: string,
  { theirs, ours }: { readonly theirs: number | undefined; readonly ours: number },
  loading = 0,
): Record<string, number> {
  const newest = newestSeconds[metric];
  if (theirs === undefined) return {};
  const ratio = (theirs - loading) / ours;
  if (newest === undefined || !ssuVersion().startsWith('1.2')) return { ratio };
  return { ratio, ratioToNewestEstimated: (theirs * newest - loading) / ours };
}

/** A path with no file: giving back what an earlier output of hundreds of megabytes took on the disk is no part of a run. */
function newFile(folder: string, name: string): string {
  const path = join(folder, name);
  rmSync(path, { force: true });
  return path;
}

function runSsu(ssu: string, metric: string, { files, folder, threads }: Run): ChildMeasurement {
  const alpha = metric === 'generalized' ? ['-a', '0.5'] : [];
  const output = ['-r', 'hdf5_fp32', '--pcoa', '0', '-o', newFile(folder, 'ssu.h5')];
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
    newFile(folder, 'seq.h5'),
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

export default bench;
