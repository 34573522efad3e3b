// Runs the command in this process against a terminal made of strings.
import { run, type Terminal } from '@seq/cli';

/** What a call of the command left behind. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@link aam}. */
export interface AamOptions {
  /** Whether the error stream is a terminal of 80 columns. Default false. */
  readonly isTTY?: boolean;
  /** Asks to stop as soon as this holds for a text that was just written to the error stream. */
  readonly interruptAt?: (written: string) => boolean;
  /** Asks to stop as soon as the command listens. Default false. */
  readonly interruptAtOnce?: boolean;
}

/** Runs `aam` with these arguments. Time passes one second per look at the clock, so that every progress is shown. */
export async function aam(
  argv: readonly string[],
  { isTTY = false, interruptAt, interruptAtOnce = false }: AamOptions = {},
): Promise<Outcome> {
  const written = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  let seconds = 0;
  const terminal: Terminal = {
    stdout: {
      write: (text) => {
        written.stdout += text;
      },
    },
    stderr: {
      isTTY,
      columns: 80,
      write: (text) => {
        written.stderr += text;
        if (interruptAt?.(text)) for (const stop of [...listeners]) stop();
      },
    },
    env: {},
    onInterrupt: (callback) => {
      listeners.add(callback);
      if (interruptAtOnce) queueMicrotask(callback);
      return () => listeners.delete(callback);
    },
    now: () => 1000 * seconds++,
  };
  const exitCode = await run(argv, terminal);
  if (listeners.size > 0) throw new Error(`${listeners.size} listeners of the interrupt are left`);
  return { exitCode, ...written };
}

/** Runs a call that must succeed and print nothing on standard output, and gives its notes. */
export async function notesOf(...argv: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await aam(argv);
  if (exitCode !== 0 || stdout !== '')
    throw new Error(`aam ${argv.join(' ')}: exit code ${exitCode}\n${stdout}${stderr}`);
  return stderr;
}
