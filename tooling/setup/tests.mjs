// Runs every test of the repository, one runner after the other, and closes with one line over all of them.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, runInstalled } from './child.mjs';
import { cargoSummary, closingSummary, summaryLine, totalLine, vitestSummary } from './summaries.mjs';
import { root } from './toolchain.mjs';

async function cargoTests() {
  const args = ['test', '--release', '--workspace', '--no-fail-fast'];
  const { code, text } = await run('cargo', args, { output: 'both' });
  return cargoSummary(text, code);
}

/** Runs vitest over all of its tests, or over those whose path contains one of `filters`. */
export async function vitestTests(filters = []) {
  const report = join(root, 'node_modules/.cache/seq/vitest.json');
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code } = await runInstalled('vitest', 'vitest', ['run', ...reporters, ...filters]);
  return vitestSummary(existsSync(report) ? readFileSync(report, 'utf8') : undefined, code);
}

async function conformanceTests() {
  const args = ['--conditions=@seq/source', '--import', 'tsx', 'tooling/conformance/run.ts'];
  const { code, text } = await run(process.execPath, args, { output: 'both' });
  return closingSummary('conformance', text, code);
}

/** Runs all runners, prints a line for each and the sum as the last line; returns the exit code. */
export async function runAllTests() {
  const summaries = [];
  for (const [name, runner] of [
    ['cargo test', cargoTests],
    ['vitest', () => vitestTests()],
    ['conformance', conformanceTests],
  ]) {
    console.log(`\n--- ${name}`);
    summaries.push(await runner());
  }
  console.log(`\n${summaries.map(summaryLine).join('\n')}\n${totalLine(summaries)}`);
  return summaries.every(({ failed }) => failed === 0) ? 0 : 1;
}
