// Declares the command line and its help from the descriptions of the commands. It knows no work.
import { Option, Command as Program } from 'commander';
import type { Command, ReplacedFlag } from './command.js';
import { replacedError } from './failure.js';
import { describeKind, type Setting } from './settings.js';
import type { Terminal } from './terminal.js';
import { commandVersion } from './version.js';

/** What to do when a command was called: flags as given, under their long names, the argument among them. */
export type OnCall = (
  command: Command,
  given: { readonly flags: Readonly<Record<string, unknown>>; readonly config: string | undefined },
) => Promise<void>;

/** Options of {@link commandLine}. */
export interface CommandLineOptions {
  readonly terminal: Terminal;
  readonly onCall: OnCall;
  /** Arguments that will be parsed: options are declared of the commands that they name. Default: of all. */
  readonly argv?: readonly string[] | undefined;
}

const WIDTH = 80;
const GENERAL = 'General:';

const placeholder: Record<Setting['kind']['type'], string> = {
  text: '<text>',
  path: '<path>',
  integer: '<n>',
  number: '<x>',
  choice: '<name>',
  switch: '',
  list: '<list>',
};

function helpOf({ kind, help, required, default: standard }: Setting): string {
  const notes: string[] = [];
  if (required) notes.push('required');
  if (kind.type !== 'text' && kind.type !== 'path' && kind.type !== 'switch') notes.push(describeKind(kind));
  if (kind.type === 'switch' && standard !== undefined) notes.push(`default ${standard === true ? 'on' : 'off'}`);
  else if (standard !== undefined) notes.push(`default ${Array.isArray(standard) ? standard.join(',') : standard}`);
  return notes.length === 0 ? help : `${help} (${notes.join('; ')})`;
}

function toOptions(setting: Setting): Option[] {
  const { name, kind, default: standard } = setting;
  const help = helpOf(setting);
  if (kind.type === 'list') return [new Option(`--${name} ${placeholder.list}`, help).argParser(joined)];
  if (kind.type !== 'switch') return [new Option(`--${name} ${placeholder[kind.type]}`, help)];
  const on = new Option(`--${name}`, help);
  return standard === true ? [on, new Option(`--no-${name}`, `switch off --${name}`)] : [on];
}

/** A list that is given in several flags is one list. */
function joined(value: string, before: string | undefined): string {
  return before === undefined ? value : `${before},${value}`;
}

/** @throws UsageError for a flag of the reference that the command has not, saying what to do instead. */
function refuseReplaced(program: Program, replaced: readonly ReplacedFlag[]): void {
  const given = replaced.find(({ name }) => program.getOptionValueSource(camelCase(positive(name))) === 'cli');
  if (given !== undefined) throw replacedError(`--${given.name}`, given);
}

/** The name of a flag that may be a negated one. */
function positive(name: string): string {
  return name.replace(/^no-/, '');
}

/** Commander's own spelling of a flag. */
function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The flags that were given; commander's own camel case stays inside. */
function givenFlags(program: Program, table: readonly Setting[]): Record<string, unknown> {
  const flags: Record<string, unknown> = {};
  for (const { name } of table) {
    const key = camelCase(name);
    if (program.getOptionValueSource(key) === 'cli') flags[name] = program.getOptionValue(key);
  }
  return flags;
}

function declareOptions(sub: Program, { settings, arguments: given = [], replaced = [] }: Command): void {
  const groups = new Set(settings.map(({ group }) => group));
  for (const group of groups) {
    for (const setting of settings) {
      if (setting.group !== group || given.some(({ name }) => name === setting.name)) continue;
      for (const option of toOptions(setting))
        sub.addOption(group === undefined ? option : option.helpGroup(`${group}:`));
    }
  }
  for (const { name } of replaced) {
    sub.addOption(new Option(`--${positive(name)} [value]`).hideHelp());
    sub.addOption(new Option(`--no-${positive(name)}`).hideHelp());
  }
  const config = 'YAML or JSON file of these settings, as "name: value"; flags win over it';
  sub.addOption(new Option('--config <path>', config).helpGroup(GENERAL));
}

function declare(program: Program, command: Command, onCall: OnCall, parents: readonly string[] = []): void {
  const { name, summary, description, arguments: expected = [], example, subcommands = [], load } = command;
  const path = [...parents, name];
  const sub = program.command(name).summary(summary).description(description);
  for (const argument of expected) sub.argument(`<${argument.name}>`, argument.help);
  if (load !== undefined) declareOptions(sub, command);
  sub.addHelpOption(new Option('-h, --help', 'show this help').helpGroup(GENERAL));
  sub.showHelpAfterError(`\`aam ${path.join(' ')} --help\` lists every option.`);
  sub.addHelpText('after', `\nExample:\n  ${example}`);
  if (subcommands.length > 0) sub.helpCommand(false).enablePositionalOptions();
  for (const subcommand of subcommands) declare(sub, subcommand, onCall, path);
  if (load === undefined) return;
  sub.action(async (...parameters: unknown[]) => {
    refuseReplaced(sub, command.replaced ?? []);
    const flags = givenFlags(sub, command.settings);
    for (const [i, argument] of expected.entries()) flags[argument.name] = String(parameters[i]);
    const config: unknown = sub.getOptionValue('config');
    await onCall(command, { flags, config: typeof config === 'string' ? config : undefined });
  });
}

/** Declares what the list of commands shows of one: there are hundreds of options, and it shows only whether there are any. */
function list(program: Program, { name, summary, arguments: expected = [], load }: Command): void {
  const sub = program.command(name).summary(summary);
  for (const argument of expected) sub.argument(`<${argument.name}>`, argument.help);
  if (load !== undefined) sub.option('--config <path>');
}

const overview = `
From your files to predictions:
  aam inspect     look at the feature table, the tree and the metadata
  aam data        filter, rarefy or convert the table, if it needs it
  aam split       hold some samples out, whole subjects together
  aam pretrain    learn to read ASVs and communities, without metadata
  aam train       learn to predict a metadata column
  aam predict     predict the samples that were held out, or new ones
  aam report      compare predicted with actual values

Tables, trees and sequences may be QIIME 2 artifacts (.qza) or plain files.
\`aam <command> --help\` tells what a command reads, does and writes.
Exit codes: 0 done, 1 failed, 2 called wrongly, 130 interrupted.`;

/** The program that parses arguments, prints help and calls back. It throws `CommanderError` instead of exiting. */
export function commandLine(commands: readonly Command[], { terminal, onCall, argv }: CommandLineOptions): Program {
  const program = new Program('aam')
    .description('Learn from microbial communities: from a feature table to predictions.')
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'aam: ')),
      getOutHelpWidth: () => WIDTH,
      getErrHelpWidth: () => WIDTH,
    })
    // Room for the longest flag: what stands beside it is still wrapped.
    .configureHelp({ minWidthToWrap: 30 })
    .exitOverride()
    // Flags belong to the command that they stand behind: `aam inspect model x --config y` is one of `model`.
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .showHelpAfterError('`aam --help` lists every command.')
    .version(commandVersion, '-V, --version', 'print the version')
    .addHelpOption(new Option('-h, --help', 'show this help'))
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', overview);
  for (const command of commands) {
    if (argv === undefined || argv.includes(command.name)) declare(program, command, onCall);
    else list(program, command);
  }
  return program;
}
