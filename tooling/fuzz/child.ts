// Process that feeds inputs to one target until it is told to stop, dies or finds something. The parent (campaign.ts)
// watches it from outside, since a hang or a crash in native code cannot be caught here.
import { closeSync, openSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { type FuzzTarget, isRefusal } from './fuzz-target.js';
import { Random } from './random.js';

/** What the parent passes as one JSON argument. */
export interface ChildTask {
  readonly file: string;
  readonly seed: number;
  /** Number of the first input. */
  readonly first: number;
  /** Number behind the last input. */
  readonly end: number;
  /** Milliseconds to go on for. */
  readonly forMs: number;
  /** File that always holds the number of the input in work. */
  readonly progressFile: string;
  /** Memory one input may leave behind, in MiB. */
  readonly memoryLimitMiB: number;
}

/** What the child prints as its last line. */
export interface ChildResult {
  /** Number behind the last input that was run. */
  readonly next: number;
  /** What went wrong with input `next - 1`. */
  readonly problem?: string;
}

async function problemOf(target: FuzzTarget, seed: number, number: number): Promise<string | undefined> {
  const input = target.generate(new Random(`${seed} ${target.name} ${number}`));
  try {
    await target.run(input);
    return undefined;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    const shown = inspect(input, { depth: 4, maxArrayLength: 40, maxStringLength: 400 });
    return `${error instanceof Error ? (error.stack ?? error.message) : `threw ${inspect(error)}`}\ninput: ${shown}`;
  }
}

async function work(task: ChildTask): Promise<ChildResult> {
  const { default: target } = (await import(pathToFileURL(task.file).href)) as { default: FuzzTarget };
  const progress = openSync(task.progressFile, 'w');
  const started = performance.now();
  let next = task.first;
  try {
    while (next < task.end && performance.now() - started < task.forMs) {
      writeSync(progress, String(next).padEnd(16), 0);
      const before = process.memoryUsage.rss();
      const problem = await problemOf(target, task.seed, next);
      next += 1;
      const grownMiB = (process.memoryUsage.rss() - before) / 2 ** 20;
      if (problem !== undefined) return { next, problem };
      if (grownMiB > task.memoryLimitMiB) return { next, problem: `left ${grownMiB.toFixed(0)} MiB of memory behind` };
    }
  } finally {
    closeSync(progress);
  }
  return { next };
}

console.log(JSON.stringify(await work(JSON.parse(process.argv[2]!) as ChildTask)));
