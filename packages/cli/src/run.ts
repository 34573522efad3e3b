// Builds the command line from the list of commands and runs the one that was called.
import { CommanderError, Option, Command as Program } from 'commander';
import type { Command } from './command.js';
import { commands } from './commands/registry.js';
import { readConfigFile } from './config-file.js';
import { exitCode, reportFailure } from './failure.js';
import { ProgressLine } from './progress.js';
import { describeKind, resolveSettings, type Setting } from './settings.js';
import { SettingsReader } from './settings-reader.js';
import { processTerminal, type Terminal } from './terminal.js';

const placeholder: Record<Setting['kind']['type'], string> = {
  text: '<text>',
  path: '<path>',
  integer: '<n>',
  number: '<x>',
  choice: '<name>',
  switch: '',
  list: '<list>',
};

function toOption(setting: Setting): Option[] {
  const notes = [];
  if (setting.required) notes.push('required');
  if (setting.kind.type !== 'text' && setting.kind.type !== 'path' && setting.kind.type !== 'switch')
    notes.push(describeKind(setting.kind));
  if (setting.default !== undefined)
    notes.push(`default ${Array.isArray(setting.default) ? setting.default.join(',') : setting.default}`);
  const help = notes.length === 0 ? setting.help : `${setting.help} (${notes.join('; ')})`;
  if (setting.kind.type !== 'switch') return [new Option(`--${setting.name} ${placeholder[setting.kind.type]}`, help)];
  const on = new Option(`--${setting.name}`, help);
  return setting.default === true ? [on, new Option(`--no-${setting.name}`, `switch off --${setting.name}`)] : [on];
}

/** Flags as given, under their long names; commander's own camel case stays inside. */
function givenFlags(program: Program, table: readonly Setting[]): Record<string, unknown> {
  const flags: Record<string, unknown> = {};
  for (const setting of table) {
    const key = setting.name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    if (program.getOptionValueSource(key) === 'cli') flags[setting.name] = program.getOptionValue(key);
  }
  return flags;
}

async function execute(
  command: Command,
  program: Program,
  argument: string | undefined,
  terminal: Terminal,
): Promise<void> {
  const configPath: unknown = program.getOptionValue('config');
  const file =
    typeof configPath === 'string' ? { path: configPath, values: await readConfigFile(configPath) } : undefined;
  const flags = givenFlags(program, command.settings);
  if (command.argument !== undefined) flags[command.argument.name] = argument;
  const settings = new SettingsReader(resolveSettings(command.settings, flags, file));
  const abort = new AbortController();
  const progress = new ProgressLine(terminal);
  const stopListening = terminal.onInterrupt(() => {
    if (!abort.signal.aborted) progress.note('Stopping after the present step ...');
    abort.abort();
  });
  try {
    const work = await command.load();
    await work({ settings, terminal, progress, signal: abort.signal });
  } finally {
    progress.end();
    stopListening();
  }
}

function declare(program: Program, command: Command, terminal: Terminal): void {
  const sub = program.command(command.name).summary(command.summary).description(command.description);
  if (command.argument !== undefined) sub.argument(`<${command.argument.name}>`, command.argument.help);
  let group = '';
  for (const setting of command.settings) {
    if (setting.name === command.argument?.name) continue;
    if (setting.group !== undefined && setting.group !== group) {
      group = setting.group;
      sub.optionsGroup(`${group}:`);
    }
    for (const option of toOption(setting)) sub.addOption(option);
  }
  sub.optionsGroup('General:');
  sub.addOption(new Option('--config <path>', 'YAML or JSON file of these settings; flags win over it'));
  sub.addHelpText('after', `\nExample:\n  ${command.example}\n`);
  sub.action(async (...parameters: unknown[]) => {
    const argument = command.argument === undefined ? undefined : String(parameters[0]);
    await execute(command, sub, argument, terminal);
  });
}

/**
 * Runs the command.
 *
 * @param argv - arguments after the program's name.
 * @param terminal - streams and surroundings; those of the process by default.
 * @returns the exit code: 0 done, 1 failed, 2 called wrongly, 130 interrupted.
 */
export async function run(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  const program = new Program('aam')
    .description('Learn from microbial communities: from a feature table to predictions.')
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    })
    .exitOverride()
    .showSuggestionAfterError();
  for (const command of commands) declare(program, command, terminal);
  for (const sub of program.commands) sub.exitOverride().copyInheritedSettings(program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode.success;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.success : exitCode.usage;
    return reportFailure(error, terminal);
  }
}
