// `pnpm conformance [--dir <folder>] [--only <text>]`: compares our results with stored vectors.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadRegistry } from './registry.js';
import { closingLine, failureLines, skippedLines, succeeded } from './report.js';
import { runVectors } from './runner.js';

const usage = `pnpm conformance [--dir <folder>] [--only <text>]

  --dir <folder>   folder with one subfolder of vectors per topic (default: conformance/ of this repository)
  --only <text>    run only the cases whose "topic/case" contains this text
  --verbose        name the cases that pass, too`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      only: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const ours = fileURLToPath(new URL('../../conformance/', import.meta.url));
  const directory = values.dir === undefined ? resolve(ours) : resolve(process.env.INIT_CWD ?? '.', values.dir);
  const outcomes = await runVectors(directory, await loadRegistry(), {
    only: values.only,
    onOutcome: (outcome) => {
      if (values.verbose && outcome.kind === 'passed') console.log(`passed ${outcome.name}`);
      for (const line of failureLines(outcome)) console.log(line);
    },
  });
  for (const line of skippedLines(outcomes)) console.log(line);
  console.log(closingLine(outcomes));
  if (!succeeded(outcomes)) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
