// Every subcommand, in the order in which `aam --help` lists them.
import type { Command } from '../command.js';

/** Every subcommand. */
export const commands: readonly Command[] = [];
