// How long `aam` takes to start: its help, the help of a command, and a call that is refused before any file is opened,
// beside Node that does nothing. In turns, each in a process of its own; `--rounds n` (default 15). From the bundle where
// it was built, else from the sources, whose loader takes most of the time: the line says which.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Bench } from './bench.js';
import { childEnvironment } from './child-environment.js';
import { median } from './measure.js';

const file = (path: string): string => fileURLToPath(new URL(`../../packages/cli/${path}`, import.meta.url));
const bundle = file('dist/index.js');

/** Arguments of Node that start the command. */
const aam = existsSync(bundle)
  ? [file('bin/aam.mjs')]
  : [
      '--conditions=@seq/source',
      '--import',
      'tsx',
      '--input-type=module',
      '--eval',
      `const { run } = await import(${JSON.stringify(new URL('../../packages/cli/src/run.ts', import.meta.url).href)});
       process.exitCode = await run(process.argv.slice(1));`,
      '--',
    ];

/** Calls by name, each with the exit code that it ends with. */
const calls: readonly (readonly [name: string, exitCode: number, argv: readonly string[]])[] = [
  ['node that does nothing', 0, ['--eval', '0']],
  ['aam --help', 0, [...aam, '--help']],
  ['aam unifrac --help', 0, [...aam, 'unifrac', '--help']],
  [
    'aam unifrac of a table that is not there',
    1,
    [...aam, 'unifrac', '--table', 'absent.biom', '--tree', 'absent.nwk', '--output', 'never.tsv'],
  ],
];

const bench: Bench = {
  name: 'cli/start-up/cpu',
  run: async ({ smoke, flags, record }) => {
    const rounds = smoke ? 1 : Number(flags.rounds ?? 15);
    const times = calls.map((): number[] => []);
    for (let round = 0; round < rounds; round++) {
      for (const [i, call] of calls.entries()) times[i]!.push(milliseconds(call));
    }
    const bare = median(times[0]!);
    for (const [i, [name]] of calls.entries()) {
      const medianMs = median(times[i]!);
      record(name, {
        started: existsSync(bundle) ? 'build' : 'sources',
        rounds,
        medianMs,
        fastestMs: Math.min(...times[i]!),
        aboveNodeMs: medianMs - bare,
      });
    }
  },
};

function milliseconds([name, exitCode, argv]: (typeof calls)[number]): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, argv, {
    cwd: file(''),
    encoding: 'utf8',
    env: childEnvironment(),
  });
  const took = performance.now() - started;
  if (status !== exitCode) throw new Error(`${name} ended with ${status}: ${stderr}`);
  return took;
}

export default bench;
