// Runs the command that was called: settings resolved, interrupt wired, failures turned into exit codes.
import { CommanderError } from 'commander';
import type { Command } from './command.js';
import { commandLine, type OnCall } from './command-line.js';
import { commands } from './commands/registry.js';
import { readConfigFile } from './config-file.js';
import { exitCode, reportFailure } from './failure.js';
import { requireOutputPlace } from './output-place.js';
import { ProgressLine } from './progress.js';
import { resolveSettings } from './settings.js';
import { SettingsReader } from './settings-reader.js';
import { processTerminal, type Terminal } from './terminal.js';

async function settingsOf(command: Command, { flags, config }: Parameters<OnCall>[1]): Promise<SettingsReader> {
  const file = config === undefined ? undefined : { path: config, values: await readConfigFile(config) };
  const settings = new SettingsReader(resolveSettings(command.settings, flags, file, command.replaced));
  await requireOutputPlace(settings);
  return settings;
}

async function execute(command: Command, settings: SettingsReader, terminal: Terminal): Promise<void> {
  const abort = new AbortController();
  const progress = new ProgressLine(terminal);
  const stopListening = terminal.onInterrupt(() => {
    // A second interrupt finds no listener and ends the process as it would end any other.
    stopListening();
    progress.note('Stopping after the present step; press Ctrl-C again to stop at once ...');
    abort.abort();
  });
  try {
    const work = await command.load?.();
    await work?.({ settings, terminal, progress, signal: abort.signal });
  } finally {
    progress.end();
    stopListening();
  }
}

/**
 * Runs the command.
 *
 * @param argv - arguments after the program's name.
 * @param terminal - streams and surroundings; those of the process by default.
 * @returns the exit code: 0 done, 1 failed, 2 called wrongly, 130 interrupted.
 */
export async function run(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  const program = commandLine(commands, {
    terminal,
    argv,
    onCall: async (command, given) => execute(command, await settingsOf(command, given), terminal),
  });
  try {
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync([...argv], { from: 'user' });
    return exitCode.success;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.success : exitCode.usage;
    return reportFailure(error, terminal);
  }
}
