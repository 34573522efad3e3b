// Runs `aam pretrain` in a process of its own for some updates, and says how much memory it took.
import { fileURLToPath } from 'node:url';
import { peakMiBInJavaScript } from '../peak-memory.js';
import { printedBy } from '../printed-by.js';

/** What the command took. */
export interface CommandMemory {
  /** Largest resident memory of the process, in MiB, its loader of sources included. */
  readonly peakMiB: number;
  /** Resident memory before the command began, in MiB. */
  readonly startMiB: number;
  /** From the call to the first update: opening, matching, splitting, looking for leakage. */
  readonly secondsToFirstUpdate: number;
  readonly seconds: number;
}

/** How the command is run. */
export interface CommandMemoryOptions {
  readonly updates: number;
  /** Whether to train a model that takes no time. */
  readonly isTiny: boolean;
  /** A folder that is made for the results. */
  readonly results: string;
}

/** Path of a file of the demo data. */
export const demoFile = (name: string): string =>
  fileURLToPath(new URL(`../../../examples/ecam/data/${name}`, import.meta.url));

/** Flags of a model that takes no time. */
const tiny = ['--embedding-dim', '8', '--attention-heads', '2', '--attention-layers', '1', '--token-limit', '8'];

/** Trains on shards of the demo's features and stops after so many updates. */
export async function commandMemory(
  shards: string,
  { updates, isTiny, results }: CommandMemoryOptions,
): Promise<CommandMemory> {
  const inputs = ['--table', shards, '--sequences', demoFile('rep-seqs.fasta'), '--tree', demoFile('tree.nwk')];
  const run = ['--rarefy-depth', '1000', '--output-dir', results, ...(isTiny ? tiny : [])];
  const program = `
    const { run } = await import('@seq/cli');
    const startMiB = process.memoryUsage.rss() / 1048576;
    const started = performance.now();
    let [seen, first, stop] = [0, 0, () => {}];
    let said = '';
    const terminal = {
      stdout: { write() {} },
      stderr: {
        isTTY: true,
        columns: 200,
        write(text) {
          said = (said + text).slice(-2000);
          if (!/epoch 1\\/\\d+  /.test(text)) return;
          seen += 1;
          if (seen === 1) first = performance.now();
          if (seen === Number(process.argv[1])) stop();
        },
      },
      env: {},
      onInterrupt(callback) {
        stop = callback;
        return () => {};
      },
      // Time flies, so that every update is shown.
      now: () => 1000 * (terminal.looks = (terminal.looks ?? 0) + 1),
    };
    const code = await run(process.argv.slice(2), terminal);
    if (code !== 130) throw new Error('aam ended with ' + code + ': ' + said);
    console.log(JSON.stringify({
      peakMiB: ${peakMiBInJavaScript},
      startMiB,
      secondsToFirstUpdate: (first - started) / 1000,
      seconds: (performance.now() - started) / 1000,
    }));`;
  const argv = [String(updates), 'pretrain', ...inputs, ...run];
  const flags = ['--conditions=@seq/source', '--import', 'tsx', '--input-type=module', '--eval', program];
  const tooling = fileURLToPath(new URL('../../', import.meta.url));
  return JSON.parse(await printedBy(process.execPath, [...flags, ...argv], tooling)) as CommandMemory;
}
