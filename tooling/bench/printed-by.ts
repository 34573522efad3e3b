// Runs a program and gives what it prints. It knows no bench.
import { spawn } from 'node:child_process';
import { childEnvironment } from './child-environment.js';

/**
 * What a program prints on its standard output; its standard error stays visible.
 *
 * @param cwd - folder it runs in.
 * @throws Error if it cannot be started or ends with another code than 0.
 */
export function printedBy(command: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(command, args, { cwd, env: childEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${command} ended with ${code}; what it said stands above.`));
    });
  });
}
