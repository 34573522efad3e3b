import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { commands, subcommands } from './command-names.js';
import { aam } from './fake-terminal.js';

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

describe('help', () => {
  it('is what aam without arguments and aam --help print, on standard output', async () => {
    const [bare, asked] = [await aam([]), await aam(['--help'])];
    expect(bare).toEqual(asked);
    expect([asked.exitCode, asked.stderr]).toEqual([0, '']);
    for (const command of commands) expect(asked.stdout).toContain(`\n  ${command} `);
  });

  it.each(['', 'data', ...commands, ...subcommands])('of aam %s fits into 80 columns', async (command) => {
    const { exitCode, stdout, stderr } = await aam([...command.split(' '), '--help'].filter((word) => word !== ''));
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it.each([...commands, ...subcommands])(
    'of aam %s has a description, an example of this command and every required flag',
    async (command) => {
      const { stdout } = await aam([...command.split(' '), '--help']);
      expect(stdout.split('\n\n')[1]!.length).toBeGreaterThan(100);
      expect(stdout).toMatch(new RegExp(`Example:\n {2}aam ${command} `));
      const example = stdout.slice(stdout.indexOf('Example:'));
      const options = stdout.split(/\n(?= {2}--)/);
      const required = options
        .filter((option) => /\(required/.test(option))
        .map((option) => /--[a-z-]+/.exec(option)![0]);
      expect(required.filter((flag) => !example.includes(flag))).toEqual([]);
    },
  );

  it('of a command is also what aam help <command> prints', async () => {
    expect(await aam(['help', 'train'])).toEqual(await aam(['train', '--help']));
  });
});

it('aam --version prints the version of the package', async () => {
  const { version } = JSON.parse(await readFile(file('../package.json'), 'utf8')) as { version: string };
  for (const flag of ['--version', '-V']) {
    expect(await aam([flag])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  }
});

/** Modules and addons that a process has loaded after `aam --help` and `aam train --help`, and what it printed. */
async function loadedByHelp(): Promise<{ readonly modules: readonly string[]; readonly printed: string }> {
  const hooks = `
    import { appendFileSync } from 'node:fs';
    export async function load(url, context, next) { appendFileSync(process.env.LOADED, url + '\\n'); return next(url, context); }`;
  const program = `
    import { register } from 'node:module';
    register('data:text/javascript,' + ${JSON.stringify(encodeURIComponent(hooks))});
    const dlopen = process.dlopen;
    process.dlopen = (...given) => { console.log('ADDON ' + given[1]); return dlopen(...given); };
    const { run } = await import(${JSON.stringify(pathToFileURL(file('../src/run.ts')).href)});
    await run(['--help']);
    await run(['train', '--help']);`;
  const folder = await mkdtemp(join(tmpdir(), 'seq-help-'));
  const list = join(folder, 'loaded.txt');
  const tsx = createRequire(file('../../../package.json')).resolve('tsx');
  const argv = [
    '--conditions=@seq/source',
    '--import',
    pathToFileURL(tsx).href,
    '--input-type=module',
    '--eval',
    program,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { env: { ...process.env, LOADED: list } });
  const modules = (await readFile(list, 'utf8')).trim().split('\n');
  await rm(folder, { recursive: true });
  return { modules, printed: stdout };
}

it('help loads neither the addon nor the HDF5 library nor any package of the work', async () => {
  const { modules, printed } = await loadedByHelp();
  expect(printed).toContain('Usage: aam train');
  expect(printed).not.toContain('ADDON');
  const named = (pattern: RegExp): readonly string[] => modules.filter((url) => pattern.test(url));
  expect(named(/commander/).length).toBeGreaterThan(0);
  expect(named(/packages\/cli\/src\/commands\/train\.ts/).length).toBeGreaterThan(0);
  expect(
    named(/h5wasm|seq-node|\.node$|packages\/(data|unifrac|tensor|categorical|model|train)\/|cli\/src\/work\/|yaml/),
  ).toEqual([]);
});
