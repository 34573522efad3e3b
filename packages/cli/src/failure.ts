// How failures leave the command: a sentence on stderr and an exit code, never a stack trace for a user's mistake.
import type { Terminal } from './terminal.js';

/** Exit codes of the command. */
export const exitCode = {
  /** Done. */
  success: 0,
  /** Something failed; the sentence on the error stream says what. */
  failure: 1,
  /** Called wrongly. */
  usage: 2,
  /** Stopped by the user. */
  interrupted: 130,
} as const;

/** A mistake in how the command was called: an unknown option, a value out of range, settings that exclude each other. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A flag or key of the reference that the command has not. */
export function replacedError(given: string, { instead }: { readonly instead: string }): UsageError {
  return new UsageError(`${given} is a flag of the PyTorch reference that this command has not. ${instead}`);
}

/** A call that was right, and a file or folder that is not. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

interface Coded {
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What to do about an error of a package, in the words of the command line. */
const hints: Readonly<Record<string, string>> = {
  INPUTS_DO_NOT_MATCH: 'On the command line: --missing drop leaves out what is missing, and says what that was.',
  TARGET_MISSING: 'On the command line: --missing drop leaves these samples out, and says which.',
  GROUP_MISSING: 'On the command line: --samples takes a file with the ids of the samples to use.',
  SAMPLE_EMPTY:
    'On the command line: --empty-samples zero takes two of them as 0 apart; `aam data filter` leaves them out.',
  NO_MATRIX_COMPLETE: 'On the command line: --consolidation skipping_missing_values.',
  TREE_NOT_ROOTED: 'On the command line: --rooting midpoint or --outgroup, of `aam unifrac` and `aam faith-pd`.',
  SEQUENCES_MISSING: 'On the command line: --sequences takes a FASTA with the sequence of every feature id.',
  RAREFACTION_LEAVES_NOTHING: 'On the command line: --rarefy-depth; `aam inspect` shows the reads per sample.',
  CHECKPOINT_FOREIGN:
    'Checkpoints are best.safetensors and last.safetensors of `aam pretrain` and `aam train`; `aam import` makes one of a .pt file.',
};

/** Which flag takes an artifact of a type. */
const artifactFlags: readonly (readonly [type: RegExp, flag: string])[] = [
  [/^FeatureTable\[/, '--table'],
  [/^FeatureData\[Sequence\]/, '--sequences'],
  [/^FeatureData\[Taxonomy\]/, '--taxonomy'],
  [/^Phylogeny\[/, '--tree'],
  [/^SampleData\[/, '--metadata'],
];

/** Where an artifact belongs that was given in the wrong place. */
function artifactHint({ code, details }: Coded): string | undefined {
  const type = details?.type;
  if (code !== 'FILE_FORMAT_UNKNOWN' || typeof type !== 'string') return undefined;
  const flag = artifactFlags.find(([pattern]) => pattern.test(type))?.[1];
  return flag === undefined
    ? undefined
    : `On the command line: ${flag} takes this file. \`aam inspect\` tells more of it.`;
}

/** Failures that carry a code are sentences for the user; anything else is a fault of ours. */
function isForUser(error: unknown): error is Error & Coded {
  return error instanceof Error && error.name === 'SeqError' && typeof (error as Partial<Coded>).code === 'string';
}

function isFromSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function systemSentence({ code, path, message }: NodeJS.ErrnoException): string {
  const place = path === undefined ? 'A file or folder' : JSON.stringify(path);
  const reasons: Record<string, string> = {
    ENOENT: `${place} does not exist. Check the path; it is relative to the folder you are in.`,
    EACCES: `${place} may not be read or written by you. Change its permissions, or choose another place.`,
    EPERM: `${place} may not be read or written by you. Change its permissions, or choose another place.`,
    EISDIR: `${path === undefined ? 'A path that was given' : place} is a folder, a file is needed.`,
    ENOTDIR: `${place} cannot be reached: a part of the path is a file, a folder is needed.`,
    EEXIST: `${place} exists already. Choose another name.`,
    ENOSPC: `${place} cannot be written: the disk is full. Make room, or choose another place.`,
    EROFS: `${place} cannot be written: the disk is read-only. Choose another place.`,
    ENAMETOOLONG: `${place} has a name that is too long for the disk. Choose a shorter one.`,
  };
  return reasons[code ?? ''] ?? message;
}

/** What to do about lengths below 0; nothing helps those that are no numbers. */
function negativeLengthHint({ code, message }: Coded): string | undefined {
  if (code !== 'BRANCH_LENGTH_INVALID' || !message.includes('negative lengths')) return undefined;
  return 'On the command line: --negative-lengths zero, of `aam unifrac` and `aam faith-pd`, takes lengths below 0 as 0.';
}

/** Where a file says nothing of whose rows it has. */
function rowIdsHint({ details }: Coded): string | undefined {
  if (typeof details?.rowsWithoutIds !== 'number') return undefined;
  return 'On the command line: --samples takes a file with the ids of its rows, in their order.';
}

/** How to choose one of several results in a file. */
function resultHint({ details }: Coded): string | undefined {
  if (typeof details?.resultCount !== 'number') return undefined;
  return `On the command line: --result-index, from 0 to ${details.resultCount - 1}.`;
}

/** How to go on with a run that was stopped. */
function resumeHint({ code, details }: Coded): string | undefined {
  const checkpoint = details?.checkpoint;
  if (code !== 'RUN_ABORTED' || typeof checkpoint !== 'string') return undefined;
  return `On the command line: the same call with --resume-from ${checkpoint}`;
}

const hintMakers = [negativeLengthHint, rowIdsHint, resultHint, resumeHint, artifactHint] as const;

/** A message without the name of the function in front, which says nothing on the command line. */
function withoutFunction(message: string): string {
  return message.replace(/^[a-z]+[A-Z]\w*: /, '');
}

/** What to print and with which code to exit; undefined for a fault of ours. */
function verdict(error: unknown): { readonly sentence: string; readonly code: number } | undefined {
  if (error instanceof UsageError) return { sentence: error.message, code: exitCode.usage };
  if (error instanceof InputError) return { sentence: error.message, code: exitCode.failure };
  if (error instanceof Error && error.name === 'AbortError') {
    return { sentence: 'Stopped; nothing was written.', code: exitCode.interrupted };
  }
  if (isForUser(error)) {
    const hint = hints[error.code] ?? hintMakers.map((hint) => hint(error)).find((hint) => hint !== undefined);
    const message = withoutFunction(error.message);
    const sentence = hint === undefined ? message : `${message}\n${hint}`;
    return { sentence, code: error.code === 'RUN_ABORTED' ? exitCode.interrupted : exitCode.failure };
  }
  return isFromSystem(error) ? { sentence: systemSentence(error), code: exitCode.failure } : undefined;
}

/** Prints the failure and returns the exit code that fits it. */
export function reportFailure(error: unknown, terminal: Terminal): number {
  const known = verdict(error);
  if (known !== undefined) {
    terminal.stderr.write(`aam: ${known.sentence}\n`);
    return known.code;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.stderr.write(`aam: this is a fault of the program, please report it:\n${text}\n`);
  return exitCode.failure;
}
