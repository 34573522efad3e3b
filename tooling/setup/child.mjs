// Starts child processes and hands back how they ended. Knows no tool by name.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './toolchain.mjs';

/**
 * Runs a command to its end.
 *
 * @param output 'show' passes its output on, 'keep' collects it, 'both' does both.
 * @returns its exit code (1 if a signal ended it, 127 if it could not start) and the collected text.
 */
export function run(command, args, { cwd = root, env = {}, output = 'show' } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', ...(output === 'show' ? ['inherit', 'inherit'] : ['pipe', 'pipe'])],
      shell: process.platform === 'win32' && command === 'npx',
    });
    let text = '';
    const collect = (stream) => (chunk) => {
      text += chunk;
      if (output === 'both') stream.write(chunk);
    };
    child.stdout?.setEncoding('utf8').on('data', collect(process.stdout));
    child.stderr?.setEncoding('utf8').on('data', collect(process.stderr));
    child.on('error', (error) => resolve({ code: 127, text: `${text}${command}: ${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, text }));
  });
}

/** Path of a program that an installed package brings, to be run with Node: no shell, no PATH, the same on Windows. */
export function installedProgram(packageName, program, from = root) {
  const folder = join(from, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[program]);
}

/** Runs a program of an installed package with Node; options as for `run`. */
export function runInstalled(packageName, program, args, options) {
  const path = installedProgram(packageName, program);
  return run(process.execPath, [path, ...args], options);
}
