// Compiles and runs the programs that stand in READMEs. Knows no README.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { repositoryRoot } from '../discover/discover.js';

/** Folder for the programs: from there every package is found by its name, and no other check looks into it. */
export const programFolder: string = fileURLToPath(new URL('../node_modules/.seq-readme-programs/', import.meta.url));

/** Writes a program, which is an ES module, and hands back its path. */
export function writeProgram(name: string, code: string): string {
  mkdirSync(programFolder, { recursive: true });
  // Below node_modules nothing else says that these files are modules, and only modules may await at the top.
  writeFileSync(join(programFolder, 'package.json'), '{ "type": "module" }\n');
  const path = join(programFolder, `${name}.ts`);
  writeFileSync(path, code);
  return path;
}

/** Type errors in the given programs, against the sources of the packages. */
export function typeErrors(programs: readonly string[]): string[] {
  const { config } = ts.readConfigFile(join(repositoryRoot, 'tsconfig.base.json'), ts.sys.readFile) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, repositoryRoot);
  const program = ts.createProgram([...programs], {
    ...options,
    ...{ composite: false, declaration: false, declarationMap: false, emitDeclarationOnly: false, noEmit: true },
    ...{ isolatedDeclarations: false, noUnusedLocals: false, customConditions: ['@seq/source'] },
  });
  return programs.flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((diagnostic) => {
      const line = source?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
      return `${basename(path)}, line ${line + 1}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`;
    });
  });
}

/** How a program ended. */
export interface ProgramEnd {
  readonly status: number | null;
  readonly output: string;
}

/**
 * Runs a program in an empty temporary folder, in which `examples/` is the folder of the repository, so that
 * `examples/ecam/data/...` can be read and whatever the program writes is thrown away.
 */
export function runProgram(path: string, { timeoutMs = 120_000 }: { readonly timeoutMs?: number } = {}): ProgramEnd {
  const folder = mkdtempSync(join(tmpdir(), 'seq-readme-'));
  try {
    symlinkSync(join(repositoryRoot, 'examples'), join(folder, 'examples'), 'junction');
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const args = ['--conditions=@seq/source', '--import', tsx, path];
    const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      timeout: timeoutMs,
    });
    return { status, output: `${stdout}${stderr}${error?.message ?? ''}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
