// Every call of aam in the documents must be one that the command line takes.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commandLine } from './command-line.js';
import { commands } from './commands/registry.js';
import { resolveSettings } from './settings.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const guides = readdirSync(`${root}/docs/guide`).filter((name) => name.endsWith('.md'));
const documents = [
  'README.md',
  'packages/cli/README.md',
  'examples/ecam/README.md',
  ...guides.map((name) => `docs/guide/${name}`),
];

/** Calls in `sh` blocks, lines that end with a backslash joined, comments and shortened calls left out. */
function callsIn(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/```sh\n(.*?)```/gs)].map(([, code]) => code!);
  const lines = blocks.flatMap((code) => code.replaceAll(/\\\n\s*/g, '').split('\n'));
  return lines.flatMap((line) => {
    const call = /^(?:pnpm )?aam (.*)$/.exec(line.replace(/\s+#.*$/, '').trim())?.[1];
    return call === undefined || call.includes('...') ? [] : [call];
  });
}

const silent = {
  stdout: { write: () => undefined },
  stderr: { write: () => undefined },
  env: {},
  onInterrupt: () => () => undefined,
  now: () => 0,
};

/** Parses a call and checks its settings; required ones may come from a config file. */
async function check(call: string): Promise<void> {
  const program = commandLine(commands, {
    terminal: silent,
    onCall: async ({ settings }, { flags, config }) => {
      const table = config === undefined ? settings : settings.map((setting) => ({ ...setting, required: false }));
      resolveSettings(table, flags);
    },
  });
  await program.parseAsync(wordsOf(call), { from: 'user' });
}

/** The words of a call as a shell splits it, for quotes around whole words. */
function wordsOf(call: string): string[] {
  return [...call.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

const calls = documents.flatMap((path) =>
  callsIn(readFileSync(`${root}/${path}`, 'utf8'))
    .filter((call) => !call.includes('--help'))
    .map((call) => ({ path, call })),
);

describe('commandLine', () => {
  it('lists the same whether it declares all options or none', () => {
    const helpOf = (argv?: readonly string[]): string =>
      commandLine(commands, { terminal: silent, onCall: async () => undefined, argv }).helpInformation();
    expect(helpOf(['--help'])).toBe(helpOf());
    expect(helpOf()).toContain('inspect [options] <file>');
  });

  it('finds calls in the documents', () => {
    expect(calls.length).toBeGreaterThan(15);
    expect(new Set(calls.map(({ call }) => call.split(' ')[0])).size).toBeGreaterThanOrEqual(7);
  });

  it.each(calls)('takes the call in $path: aam $call', async ({ call }) => {
    await check(call);
  });

  it('refuses a call with a flag that does not exist', async () => {
    await expect(check('split --table t --metadata m --output-dir o --group subject')).rejects.toThrow('--group');
  });

  it.each(commands)('takes the example in the help of $name', async ({ example }) => {
    await check(example.replaceAll(/\\\n\s*/g, '').replace(/^aam /, ''));
  });
});

describe('troubleshooting', () => {
  it('explains sentences that the packages say', () => {
    const sources = ['cli', 'data', 'model', 'tensor', 'train', 'unifrac'].flatMap((name) => {
      const files = readdirSync(`${root}/packages/${name}/src`, { recursive: true, encoding: 'utf8' });
      return files
        .filter((file) => file.endsWith('.ts'))
        .map((file) => readFileSync(`${root}/packages/${name}/src/${file}`, 'utf8'));
    });
    sources.push(readFileSync(`${root}/crates/seq-node/index.js`, 'utf8'));
    const headings = [...readFileSync(`${root}/docs/guide/troubleshooting.md`, 'utf8').matchAll(/^### `(.*)`$/gm)];
    expect(headings.length).toBeGreaterThan(10);
    const pieces = headings.flatMap(([, heading]) => heading!.split(' ... ').map((piece) => piece.replace(/\.$/, '')));
    expect(pieces.filter((piece) => !sources.some((source) => source.includes(piece)))).toEqual([]);
  });
});
