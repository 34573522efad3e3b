import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands as registered } from '../src/commands/registry.js';
import { commands, subcommands } from './command-names.js';
import { aam } from './fake-terminal.js';
import { referenceFlags } from './reference-flags.js';

/** Flags that the reference has not, by command; each is a decision. */
const ownFlags: Readonly<Record<string, readonly string[]>> = {
  // Sequences, tree and groups; what the reference takes from files that were prepared beforehand, or not at all.
  pretrain: [
    'alpha',
    'augment',
    'checkpoint-steps',
    'count-embedding-scale',
    'distance-scale',
    'dropout',
    'ffn-ratio',
    'group-column',
    'loss-weighting',
    'metadata',
    'missing',
    'norm-placement',
    'precision',
    'pseudocount',
    'rarefy',
    'rarefy-each-epoch',
    'rarefy-with-replacement',
    'sample-reads',
    'samples',
    'sequences',
    'share-asvs',
    'shuffle-buffer',
    'slot-positions',
    'stream',
    'taxonomy',
    'taxonomy-rank',
    'threads',
    'tree',
    'variance-adjusted',
  ],
  train: [
    'alpha',
    'also-predict',
    'asv-cache',
    'asv-weights',
    'augment',
    'categorical-parents',
    'checkpoint-steps',
    'count-embedding-scale',
    'count-normalization',
    'cross-attn-keys',
    'distance-scale',
    'dropout',
    'ffn-ratio',
    'freeze',
    'group-column',
    'label-smoothing',
    'loss-weighting',
    'missing',
    'norm-placement',
    'normalize-shrinkage',
    'precision',
    'pseudocount',
    'rarefy',
    'rarefy-each-epoch',
    'rarefy-with-replacement',
    'samples',
    'sequences',
    'share-asvs',
    'shuffle-buffer',
    'slot-positions',
    'stream',
    'threads',
    'tree',
    'variance-adjusted',
  ],
  predict: ['asv-cache', 'missing', 'samples', 'sequences', 'stream', 'threads'],
  'rf-baseline': ['missing'],
};

async function helpOf(command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await aam([...command.split(' '), '--help']);
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout;
}

/** Long flags with their placeholders, as the help lists them. */
function flagsOf(help: string): string[] {
  return [...help.matchAll(/^ {2}(?:-\w, )?--([a-z0-9-]+(?: <\w+>)?)(?: |$)/gm)].map(([, flag]) => flag!);
}

/** Names of settings: without placeholders, the negated ones and the general ones. */
function namesOf(help: string): string[] {
  const names = flagsOf(help).map((flag) => flag.replace(/ .*/, ''));
  return names
    .filter((name) => !(name.startsWith('no-') && names.includes(name.slice(3))))
    .filter((name) => !['help', 'config'].includes(name));
}

describe('flags', () => {
  it.each([...commands, ...subcommands])('of aam %s change only on purpose', async (command) => {
    expect(flagsOf(await helpOf(command))).toMatchSnapshot();
  });

  it.each(Object.keys(ownFlags))(
    'of aam %s are spelled as in the reference, or are known to be our own',
    async (command) => {
      const names = namesOf(await helpOf(command));
      const shared = names.filter((name) => referenceFlags[command]!.includes(name));
      expect(names.filter((name) => !shared.includes(name)).sort()).toEqual(ownFlags[command]);
      expect(shared.length).toBeGreaterThanOrEqual(names.length / 3);
    },
  );

  it.each(Object.keys(referenceFlags))(
    'of the reference: aam %s has each, or says what to do instead',
    async (command) => {
      const names = namesOf(await helpOf(command));
      const missing = referenceFlags[command]!.filter((name) => !names.includes(name));
      for (const name of missing) {
        const { exitCode, stdout, stderr } = await aam([command, `--${name}`]);
        expect([exitCode, stdout, stderr]).toEqual([
          2,
          '',
          expect.stringMatching(
            new RegExp(`^aam: --${name} is a flag of the PyTorch reference that .* has not\\. .{15,}\\.\n$`),
          ),
        ]);
      }
    },
  );

  it('of the reference are told in any form, and as keys of a settings file', async () => {
    const forms = [
      ['--device', 'cpu'],
      ['--device=cuda'],
      ['--no-sequence-cache'],
      ['--no-gradient-checkpointing'],
      ['--fsdp'],
    ];
    for (const form of forms) {
      const { exitCode, stderr } = await aam(['pretrain', '--table', 'table.biom', ...form, '--output-dir', 'run']);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining('is a flag of the PyTorch reference')]);
    }
    const folder = await mkdtemp(join(tmpdir(), 'seq-flags-'));
    const config = join(folder, 'settings.yaml');
    await writeFile(config, 'log_transform_targets: true\n');
    const { exitCode, stderr } = await aam(['train', '--config', config]);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('Give --target-transform log-minmax or log-zscore.'),
    ]);
    await rm(folder, { recursive: true });
  });

  it('that a command has are none of those that it says were replaced', () => {
    for (const { settings, replaced = [] } of registered) {
      const own = new Set(settings.map(({ name }) => name));
      expect(replaced.filter(({ name }) => own.has(name))).toEqual([]);
    }
  });

  it('stand in the help of the program as commands', async () => {
    const { stdout } = await aam(['--help']);
    const listed = [...stdout.matchAll(/^ {2}([a-z-]+) \[/gm)].map(([, name]) => name);
    expect(listed.filter((name) => name !== 'help')).toEqual([...commands]);
  });
});
