// Starts the command as a process of its own, for what only a process shows: exit codes, signals, streams that close.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = new URL('../../../package.json', import.meta.url);
const tsx = pathToFileURL(createRequire(root).resolve('tsx')).href;
const source = new URL('../src/run.ts', import.meta.url).href;

/** Options of {@link startAam}. */
export interface StartAamOptions {
  /** JavaScript that runs first. Default: none. */
  readonly before?: string;
}

/** A process of `aam` with these arguments, from the sources. */
export function startAam(
  argv: readonly string[],
  { before = '' }: StartAamOptions = {},
): ChildProcessWithoutNullStreams {
  const program = `${before}
    const { run } = await import(${JSON.stringify(source)});
    process.exitCode = await run(${JSON.stringify(argv)});`;
  const options = ['--conditions=@seq/source', '--import', tsx, '--input-type=module', '--eval', program];
  return spawn(process.execPath, options, { cwd: fileURLToPath(new URL('.', import.meta.url)) });
}

/** How a process ended, and what it has written. */
export interface EndedAam {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Waits for the end. */
export function endOf(child: ChildProcessWithoutNullStreams): Promise<EndedAam> {
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => {
    written.stdout += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    written.stderr += text.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, ...written }));
  });
}
