// Runs a Python that may be installed, to compare with other programs. Nothing here is under test.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program to its end; one that fails is an error. */
export const run = promisify(execFile);

/** Whether a Python is there and has some modules. */
export async function has(python: string, modules: string): Promise<boolean> {
  return run(python, ['-c', `import ${modules}`]).then(
    () => true,
    () => false,
  );
}
