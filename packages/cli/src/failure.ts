// How failures leave the command: a sentence on stderr and an exit code, never a stack trace for a user's mistake.
import type { Terminal } from './terminal.js';

/** Exit codes of the command. */
export const exitCode = { success: 0, failure: 1, usage: 2, interrupted: 130 } as const;

/** A mistake in how the command was called: unknown option, value out of range, file that is not there. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface Coded {
  readonly code: string;
  readonly message: string;
}

/** Failures that carry a code are sentences for the user; anything else is a fault of ours. */
function isForUser(error: unknown): error is Error & Coded {
  return error instanceof Error && error.name === 'SeqError' && typeof (error as Partial<Coded>).code === 'string';
}

function isFromSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function systemSentence(error: NodeJS.ErrnoException): string {
  const place = error.path === undefined ? '' : ` ${error.path}`;
  const reasons: Record<string, string> = {
    ENOENT: `no such file or folder:${place}`,
    EACCES: `no permission:${place}`,
    EISDIR: `a file is needed, this is a folder:${place}`,
    ENOTDIR: `a folder is needed, this is a file:${place}`,
    EEXIST: `already exists:${place}`,
    ENOSPC: `the disk is full:${place}`,
    EROFS: `the disk is read-only:${place}`,
  };
  return reasons[error.code ?? ''] ?? error.message;
}

/** Prints the failure and returns the exit code that fits it. */
export function reportFailure(error: unknown, terminal: Terminal): number {
  if (error instanceof UsageError) {
    terminal.stderr.write(`aam: ${error.message}\n`);
    return exitCode.usage;
  }
  if (isForUser(error)) {
    terminal.stderr.write(`aam: ${error.message}\n`);
    return error.code === 'RUN_ABORTED' ? exitCode.interrupted : exitCode.failure;
  }
  if (isFromSystem(error)) {
    terminal.stderr.write(`aam: ${systemSentence(error)}\n`);
    return exitCode.failure;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.stderr.write(`aam: this is a fault of the program, please report it:\n${text}\n`);
  return exitCode.failure;
}
