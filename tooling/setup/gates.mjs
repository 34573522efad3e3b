// The checks besides tests: format, lints, types, edges, documentation, and generated files that must be committed.
// Each is a name and a function that returns an exit code; all of them run, so that one failure does not hide another.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run, runInstalled } from './child.mjs';
import { vitestTests } from './tests.mjs';
import { root } from './toolchain.mjs';

const codeOf = async (ended) => (await ended).code;
const vitest = async (filters) => ((await vitestTests(filters)).failed === 0 ? 0 : 1);

/** Files that a build writes and a commit must contain. */
const generatedFiles = ['crates/seq-node/binding.d.ts', 'pnpm-lock.yaml', 'Cargo.lock'];

const clippy = ['clippy', '--release', '--workspace', '--all-targets', '--quiet', '--', '-D', 'warnings'];

/** Format and lint of TypeScript and JSON, then of Rust. */
export const lintGates = [
  ['biome', () => codeOf(runInstalled('@biomejs/biome', 'biome', ['check', '--error-on-warnings']))],
  ['cargo fmt', () => codeOf(run('cargo', ['fmt', '--all', '--check']))],
  ['clippy', () => codeOf(run('cargo', clippy))],
];

/** Types of sources, tests, benches and tooling. */
export const typesGate = ['types', () => codeOf(runInstalled('typescript', 'tsc', ['-b', 'tsconfig.json']))];

/** Dependency edges between packages and between crates. */
export const edgesGate = ['edges', () => vitest(['tooling/layers'])];

/** Every test that vitest runs. */
export const unitGate = ['unit tests', () => vitest([])];

/** Documentation of every public symbol. */
export const docsGate = ['docs', () => codeOf(runInstalled('typedoc', 'typedoc', []))];

/** Generated files as the last commit has them. */
export const committedGate = ['generated files', committed];

async function committed() {
  if (!existsSync(join(root, '.git'))) {
    console.log('not checked: this folder is no git work tree');
    return 0;
  }
  const { code, text } = await run('git', ['status', '--porcelain', '--', ...generatedFiles], { output: 'keep' });
  if (code !== 0 || text.trim() === '') return code;
  console.log(`Generated files differ from the last commit; commit them:\n${text.trimEnd()}`);
  await run('git', ['--no-pager', 'diff', '--exit-code', '--stat', '--', ...generatedFiles]);
  return 1;
}

/** Runs gates one after the other, names those that failed, and returns the exit code. */
export async function passGates(gates) {
  const failed = [];
  for (const [name, pass] of gates) {
    console.log(`\n--- ${name}`);
    const started = performance.now();
    const code = await pass();
    console.log(
      `${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s`,
    );
    if (code !== 0) failed.push(name);
  }
  console.log(failed.length === 0 ? '\nall checks passed' : `\nfailed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}
