// Files and small values that several tests use. Nothing here is under test.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export { rowsOf, tableOf } from './rows-of-tables.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Path of a file of the repository's vectors. */
export const vectorPath = (name: string): string => join(root, 'conformance', name);

/** Path of a file of the demo data. */
export const demoPath = (name: string): string => join(root, 'examples/ecam/data', name);

/** A new folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'seq-data-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file into a folder that is removed when the test ends, and gives its path. */
export function temporaryFile(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** The code of the SeqError that a call throws; another error is thrown on, and none is an error. */
export async function codeOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (error instanceof Error && error.name === 'SeqError') return (error as Error & { code: string }).code;
    throw error;
  }
  throw new Error('codeOf: the call did not throw.');
}
