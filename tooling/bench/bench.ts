// What a bench is, and how its contestants become lines of JSON. One file `*.bench.ts` exports one as default.
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { type Measurement, type MeasureOptions, measure } from './measure.js';

/** A comparison of contestants on one input. */
export interface Bench {
  /** `<what>/<scenario>/<device>`, such as `layer-norm/gut-16s/cpu`; unique. */
  readonly name: string;
  /** Measures each contestant through `args.contestant`, at least one. */
  run(args: BenchArguments): Promise<void>;
}

/** What a bench is given. */
export interface BenchArguments {
  /** True when the bench only has to show that it still runs: take inputs as small as can be. */
  readonly smoke: boolean;
  /** Flags of the command line, without dashes: `--threads 2` is `{ threads: '2' }`, `--exact` is `{ exact: 'true' }`. */
  readonly flags: Readonly<Record<string, string>>;
  /** Measures one contestant and prints its line. In a smoke run it is run once. */
  contestant(name: string, work: () => unknown | Promise<unknown>, options?: ContestantOptions): Promise<Measurement>;
  /** Prints the line of a contestant that the bench measured itself, as one in a process of its own. */
  record(name: string, facts: Readonly<Record<string, number | string>>): void;
}

/** How a contestant is measured, and what else its line says. */
export interface ContestantOptions extends MeasureOptions {
  /** Further numbers and words for the line, such as throughput sizes. */
  readonly facts?: Readonly<Record<string, number | string>>;
}

/** Where a measurement was made. */
export interface Machine {
  readonly cpu: string;
  readonly cpuCount: number;
  readonly node: string;
  /** Commit of the work tree, with `+` if there are changes; `unknown` outside of one. */
  readonly commit: string;
}

/** The machine and commit of this process. */
export function thisMachine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model ?? 'unknown',
    cpuCount: processors.length,
    node: process.versions.node,
    commit: commit(),
  };
}

function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '+'}`;
  } catch {
    return 'unknown';
  }
}

/** How {@link runBench} runs a bench. */
export interface RunBenchOptions {
  /** See {@link BenchArguments.smoke}. Default false. */
  readonly smoke?: boolean;
  /** See {@link BenchArguments.flags}. Default none. */
  readonly flags?: Readonly<Record<string, string>>;
  /** Written into every line. */
  readonly machine: Machine;
  /** Takes one line of JSON per contestant. */
  readonly print: (line: string) => void;
}

/** Runs a bench; one that measures nothing is an error. */
export async function runBench(
  bench: Bench,
  { smoke = false, flags = {}, machine, print }: RunBenchOptions,
): Promise<void> {
  let measured = 0;
  const line = (contestant: string, facts: Readonly<Record<string, unknown>>): void => {
    measured += 1;
    print(JSON.stringify({ bench: bench.name, contestant, ...facts, smoke, ...machine }));
  };
  await bench.run({
    smoke,
    flags,
    record: (contestant, facts) => line(contestant, rounded(facts)),
    contestant: async (contestant, work, { facts = {}, ...options } = {}) => {
      const measurement = await measure(work, smoke ? { warmups: 0, runs: 1 } : options);
      line(contestant, { ...facts, ...rounded(measurement) });
      return measurement;
    },
  });
  if (measured === 0) throw new Error(`${bench.name}: measured no contestant.`);
}

function rounded(facts: Measurement | Readonly<Record<string, number | string>>): Record<string, unknown> {
  const entries = Object.entries(facts);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'number' ? Number(value.toPrecision(4)) : value]),
  );
}
