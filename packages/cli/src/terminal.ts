// The outside world of a command: streams, environment and signals. Tests pass their own.

/** A stream that text is written to. */
export interface TextOutput {
  /** Writes a text at once. */
  write(text: string): unknown;
  /** Whether a person looks at it. Default: no. */
  readonly isTTY?: boolean;
  /** Characters in a line. Default: 80. */
  readonly columns?: number;
}

/** Where a command reads its surroundings from and writes to. */
export interface Terminal {
  /** Results and tables; nothing else goes here. */
  readonly stdout: TextOutput;
  /** Progress, notes and errors. */
  readonly stderr: TextOutput;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls back when the user asks to stop; returns a function that stops listening. */
  onInterrupt(callback: () => void): () => void;
  /** Milliseconds since some fixed moment. */
  now(): number;
}

/** A reader that has left, as of `aam --help | head -1`, ends no work: its files are still written. */
function ignoreLostReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.listeners('error').includes(ignoreLostReader)) stream.on('error', ignoreLostReader);
  }
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    onInterrupt(callback) {
      process.on('SIGINT', callback);
      process.on('SIGTERM', callback);
      return () => {
        process.off('SIGINT', callback);
        process.off('SIGTERM', callback);
      };
    },
    now: () => performance.now(),
  };
}
