// What a subcommand is, and how one is run: settings resolved, interrupt wired, failures turned into exit codes.
import type { ProgressLine } from './progress.js';
import type { Setting } from './settings.js';
import type { SettingsReader } from './settings-reader.js';
import type { Terminal } from './terminal.js';

/** What a subcommand gets to work with. */
export interface CommandContext {
  /** Checked settings. */
  readonly settings: SettingsReader;
  /** Streams and surroundings. */
  readonly terminal: Terminal;
  /** Progress on the error stream. */
  readonly progress: ProgressLine;
  /** Aborted when the user asks to stop. */
  readonly signal: AbortSignal;
}

/** The work of a subcommand. */
export type CommandWork = (context: CommandContext) => Promise<void>;

/** An argument without a flag; needed in every call. */
export interface CommandArgument {
  /** Name of the setting that it gives. */
  readonly name: string;
  /** One line for `--help`. */
  readonly help: string;
}

/** A flag of the PyTorch reference that a command has not. */
export interface ReplacedFlag {
  /** Long flag without dashes. */
  readonly name: string;
  /** What is so instead, as a sentence. */
  readonly instead: string;
}

/** One subcommand: described at once, loaded when called. */
export interface Command {
  /** Name on the command line. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What a researcher should know before calling it; shown by `--help`. */
  readonly description: string;
  /** A call that works, for `--help`. */
  readonly example: string;
  /** What stands in the call without a flag, in order; each is a setting of its name. Default: nothing. */
  readonly arguments?: readonly CommandArgument[];
  /** Every setting. */
  readonly settings: readonly Setting[];
  /** Flags of the PyTorch reference that it has not, with what to do instead. Default: none. */
  readonly replaced?: readonly ReplacedFlag[];
  /** Commands below this one, called as `aam <name> <its name>`; their names win over an argument of the same text. */
  readonly subcommands?: readonly Command[];
  /** Loads the work; nothing heavy is imported before. Absent if there are only the commands below it. */
  readonly load?: () => Promise<CommandWork>;
}
