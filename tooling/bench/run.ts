// `pnpm bench [name] [--smoke] [--<flag> <value>]`: lists benches, or runs those whose name contains the given text.
import { filesOf, loadNamed } from '../discover/discover.js';
import { type Bench, runBench, thisMachine } from './bench.js';
import { readFlags } from './flags.js';

const usage = `pnpm bench                      list the benches
pnpm bench <text> [--flags]     run those whose name contains the text; one JSON line per contestant
pnpm bench --smoke              run each once on tiny inputs, to see that it still runs`;

async function main(): Promise<void> {
  const { words, flags } = readFlags(process.argv.slice(2));
  const { smoke = 'false', help, ...others } = flags;
  if (help !== undefined) {
    console.log(usage);
    return;
  }
  const found = (await loadNamed<Bench>(filesOf('bench'))).map(({ loaded }) => loaded);
  const chosen = found.filter(({ name }) => words.every((word) => name.includes(word)));
  if (words.length === 0 && smoke === 'false') {
    console.log(`${usage}\n\n${found.map(({ name }) => name).join('\n') || 'there are no benches yet'}`);
    return;
  }
  if (words.length > 0 && chosen.length === 0) {
    throw new Error(
      `bench: no name contains "${words.join(' ')}"; there are: ${found.map(({ name }) => name).join(', ')}.`,
    );
  }
  const machine = thisMachine();
  for (const bench of chosen) {
    await runBench(bench, { smoke: smoke === 'true', flags: others, machine, print: console.log });
  }
}

try {
  await main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
