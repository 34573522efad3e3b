// Compiles and runs every `ts run` block of the READMEs.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../discover/discover.js';
import { codeBlocks, runnableBlocks } from './code-blocks.js';
import { programFolder, runProgram, typeErrors, writeProgram } from './program.js';

const packages = readdirSync(join(repositoryRoot, 'packages'));
const examples = readdirSync(join(repositoryRoot, 'examples'));
const readmes = [
  'README.md',
  ...packages.map((name) => `packages/${name}/README.md`),
  ...examples.map((name) => `examples/${name}/README.md`),
];

const programs = readmes
  .filter((path) => existsSync(join(repositoryRoot, path)))
  .flatMap((path) =>
    runnableBlocks(readFileSync(join(repositoryRoot, path), 'utf8')).map(({ line, code }) => {
      const name = `${path.replace(/\.md$/, '').replaceAll('/', '-')}-line-${line}`;
      return { title: `${path}, line ${line}`, path: writeProgram(name, code) };
    }),
  );

afterAll(() => rmSync(programFolder, { recursive: true, force: true }));

describe('README programs', () => {
  it('compile against the sources of the packages', { timeout: 300_000 }, () => {
    expect(typeErrors(programs.map(({ path }) => path))).toEqual([]);
  });

  for (const { title, path } of programs) {
    it(`${title} › runs to its end`, { timeout: 180_000 }, () => {
      const { status, output } = runProgram(path);
      expect(status, output).toBe(0);
    });
  }

  it.each(packages.filter((name) => name !== 'cli'))('@seq/%s shows one', (name) => {
    const path = join(repositoryRoot, 'packages', name, 'README.md');
    expect(existsSync(path), `packages/${name}/README.md is missing`).toBe(true);
    expect(runnableBlocks(readFileSync(path, 'utf8')).length).toBeGreaterThan(0);
  });
});

describe('codeBlocks', () => {
  const fence = '```';

  it('takes out blocks with their info, line and code', () => {
    const text = [
      '# Title',
      `${fence}ts run`,
      'one();',
      '',
      'two();',
      fence,
      `${fence}bash`,
      'ls',
      fence,
      `${fence}${fence}ts run`,
      fence,
      `${fence}${fence}`,
    ];
    expect(codeBlocks(text.join('\n'))).toEqual([
      { info: ['ts', 'run'], line: 3, code: 'one();\n\ntwo();\n' },
      { info: ['bash'], line: 8, code: 'ls\n' },
      { info: ['ts', 'run'], line: 11, code: `${fence}\n` },
    ]);
    expect(runnableBlocks(`${fence}ts\na\n${fence}\n${fence}bash run\nb\n${fence}\n`)).toEqual([]);
  });

  it('refuses a block that is never closed', () => {
    expect(() => codeBlocks(`${fence}ts run\none();\n`)).toThrow('line 2 is never closed');
  });
});

describe('programs that are wrong', () => {
  it('are reported when they do not compile', { timeout: 300_000 }, () => {
    const path = writeProgram('mistyped', "const depth: number = '5000';\nconsole.log(depth);\n");
    expect(typeErrors([path])).toEqual([expect.stringMatching(/^mistyped\.ts, line 1: .*not assignable/)]);
  });

  it('are reported when they throw or never end, and see the demo data', { timeout: 60_000 }, () => {
    expect(runProgram(writeProgram('throws', "throw new Error('no tree');\n"))).toMatchObject({
      status: 1,
      output: expect.stringContaining('no tree'),
    });
    expect(runProgram(writeProgram('endless', 'for (;;);\n'), { timeoutMs: 3000 }).status).not.toBe(0);
    const reads =
      "import { statSync } from 'node:fs';\nif (statSync('examples/ecam/data/tree.nwk').size === 0) throw new Error('empty');\n";
    expect(runProgram(writeProgram('reads', reads))).toEqual({ status: 0, output: '' });
  });
});
