// What a large matrix will take: memory, room on the disk, and time by trials on some of its samples.

import { freemem } from 'node:os';
import { type FeatureTable, selectSamples } from '@seq/data';
import { grouped } from '@seq/data/files';
import type { CommandContext } from '../../command.js';
import { formatSeconds } from '../../progress.js';

/** Samples from which on a plan is told. */
const largeFrom = 1_000;
/** Samples of the trials: what the larger takes longer is due to its pairs, the rest to setting up. */
const trials = [100, 400] as const;
/** Samples from which on trials pay: fewer take hardly longer than the trials. */
const trialsFrom = 5_000;

/** What is to be computed and written. */
export interface MatrixPlan {
  readonly sampleCount: number;
  readonly precision: 'f32' | 'f64';
  /** Path of the output; its ending says how large a number is. */
  readonly output: string;
  /** Bytes that a pair takes while distances are computed. Default: 12, as 32 bits become 64. */
  readonly bytesPerPair?: number;
  /** Whether rows go to the file as they are computed, so that the matrix never lies in memory. Default: false. */
  readonly byRows?: boolean;
}

/** Most bytes that the distances of a matrix take while they are computed. */
export function bytesInMemory(sampleCount: number, bytesPerPair = 12): number {
  return (bytesPerPair * sampleCount * (sampleCount - 1)) / 2;
}

/** Bytes of a written number, about. */
function bytesPerNumber({ precision, output }: Pick<MatrixPlan, 'precision' | 'output'>): number {
  if (/\.(npy|npz|h5|hdf5|arrow)$/i.test(output)) return precision === 'f32' ? 4 : 8;
  const asText = precision === 'f32' ? 11 : 19;
  return /\.qza$/i.test(output) ? asText * 0.5 : asText;
}

/** A size in the unit that fits: `40 MB`, `1.9 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}

/** The plan in one line; with free memory given, a warning where it is not enough. */
export function describePlan(plan: MatrixPlan, secondsOfPairs: number | undefined, freeBytes?: number): string {
  const { sampleCount } = plan;
  const pairs = (sampleCount * (sampleCount - 1)) / 2;
  const inMemory = bytesInMemory(sampleCount, plan.bytesPerPair);
  const onDisk = sampleCount * sampleCount * bytesPerNumber(plan);
  const time = secondsOfPairs === undefined ? '' : `; about ${formatSeconds(secondsOfPairs)} to compute`;
  const memory = plan.byRows
    ? 'computed by rows, each pair twice, since memory is short'
    : `${formatBytes(inMemory)} of memory for the distances`;
  const line =
    `${grouped(sampleCount)} samples are ${grouped(pairs)} pairs: ` +
    `${memory}, about ${formatBytes(onDisk)} on the disk${time}`;
  if (plan.byRows || freeBytes === undefined || inMemory <= freeBytes) return line;
  return `${line}\nOnly ${formatBytes(freeBytes)} of memory are free: another machine, or fewer samples, may be needed`;
}

/** Pairs from which on a plan is told that is not of a whole matrix. */
const manyPairs = (largeFrom * (largeFrom - 1)) / 2;

/** Tells the plan of some of the pairs, where they are many; `what` is what they are of. */
export function tellSomePlan(
  { progress }: CommandContext,
  what: string,
  plan: Pick<MatrixPlan, 'precision' | 'output'> & { readonly pairs: number },
): void {
  if (plan.pairs < manyPairs) return;
  const [inMemory, onDisk] = [16 * plan.pairs, plan.pairs * bytesPerNumber(plan)];
  const free = freemem();
  const line = `${what}: ${formatBytes(inMemory)} of memory for the distances, about ${formatBytes(onDisk)} on the disk`;
  progress.note(inMemory <= free ? line : `${line}\nOnly ${formatBytes(free)} of memory are free: ask for fewer`);
}

/** Seconds for all samples from those of the two trials. */
export function secondsFromTrials([small, large]: readonly [number, number], sampleCount: number): number {
  const [few, many, all] = [...trials, sampleCount].map((count) => (count * (count - 1)) / 2) as [
    number,
    number,
    number,
  ];
  return large + (Math.max(0, large - small) * (all - many)) / (many - few);
}

/** Tells the plan of a large run, with a time that trials on some samples give. */
export async function tellPlan(
  { progress, terminal }: CommandContext,
  table: FeatureTable,
  plan: Omit<MatrixPlan, 'sampleCount'>,
  compute: (table: FeatureTable) => Promise<unknown>,
): Promise<void> {
  const { sampleCount } = table;
  if (sampleCount < largeFrom) return;
  if (sampleCount < trialsFrom) {
    progress.note(describePlan({ ...plan, sampleCount }, undefined, freemem()));
    return;
  }
  const seconds: number[] = [];
  for (const trial of trials) {
    const some = Array.from({ length: trial }, (_, i) => table.sampleIds[Math.floor((i * sampleCount) / trial)]!);
    const chosen = selectSamples(table, some);
    const started = terminal.now();
    await compute(chosen);
    seconds.push((terminal.now() - started) / 1000);
  }
  const estimate = secondsFromTrials(seconds as [number, number], sampleCount) * (plan.byRows ? 2 : 1);
  progress.note(describePlan({ ...plan, sampleCount }, estimate, freemem()));
}
