// Times a piece of work and watches the memory it takes. Prints nothing; knows no bench.
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { peakMiB } from './peak-memory.js';

/** How often a piece of work is run. */
export interface MeasureOptions {
  /** Runs before the first that counts. Default 1. */
  readonly warmups?: number;
  /** Runs that count, at least 1. Default 5. */
  readonly runs?: number;
}

/** What a piece of work took. */
export interface Measurement {
  /** Median of the wall-clock times, in milliseconds. */
  readonly medianMs: number;
  readonly fastestMs: number;
  readonly slowestMs: number;
  /** Runs that counted. */
  readonly runs: number;
  /** Largest resident memory of the process, in MiB. */
  readonly peakRssMiB: number;
  /** What the peak spans: these runs alone (Linux), or the whole life of the process so far. */
  readonly peakRssScope: 'runs' | 'process';
}

/** Runs a piece of work several times and summarises times and memory. */
export async function measure(
  work: () => unknown | Promise<unknown>,
  { warmups = 1, runs = 5 }: MeasureOptions = {},
): Promise<Measurement> {
  if (!(runs >= 1)) throw new Error(`measure: needs at least 1 run; ${runs} were asked for.`);
  for (let i = 0; i < warmups; i++) await work();
  forgetGarbage();
  const peakRssScope = resetPeak() ? 'runs' : 'process';
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return {
    medianMs: median(times),
    fastestMs: Math.min(...times),
    slowestMs: Math.max(...times),
    runs,
    peakRssMiB: peakMiB(),
    peakRssScope,
  };
}

/** Median; the mean of the middle two of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle) ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!;
}

/** Frees what earlier work has left, which would count as memory of the next. */
function forgetGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What buffers held is freed beside the first collection, and for sure by the second.
  collect();
  collect();
}

/** Asks Linux to forget the peak so far; false where that is not possible. */
function resetPeak(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return true;
  } catch {
    return false;
  }
}
