// Runs another program and says what it took. Knows no distance.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { childEnvironment } from '../../../tooling/bench/child-environment.js';

/** What a program took. */
export interface ChildMeasurement {
  readonly seconds: number;
  /** Time of all its threads on a processor, which a busy machine changes less; unknown without GNU time. */
  readonly cpuSeconds?: number;
  readonly peakRssMiB?: number;
  readonly output: string;
}

const gnuTime = '/usr/bin/time';

/** Runs a program to its end; one that fails is an error. */
export function measureChild(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildMeasurement {
  const isTimed = existsSync(gnuTime);
  const [program, own] = isTimed ? [gnuTime, ['-f', '@took %U %S %M', command, ...args]] : [command, [...args]];
  const started = performance.now();
  const ended = spawnSync(program, own, { encoding: 'utf8', env: childEnvironment(env), maxBuffer: 2 ** 26 });
  const seconds = (performance.now() - started) / 1000;
  if (ended.error !== undefined) throw ended.error;
  if (ended.status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${ended.stderr}`);
  const output = ended.stdout + ended.stderr;
  const [, user, system, kib] = /@took ([\d.]+) ([\d.]+) (\d+)/.exec(ended.stderr) ?? [];
  if (kib === undefined) return { seconds, output };
  return { seconds, cpuSeconds: Number(user) + Number(system), peakRssMiB: Number(kib) / 1024, output };
}

/** Path of an installed program. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(':').filter((folder) => folder !== '');
  return folders.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));
}
