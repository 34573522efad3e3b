// `pnpm fuzz [name] [--seconds n] [--seed n] [--inputs n] [--first n]`: tries targets with hostile inputs.
import { parseArgs } from 'node:util';
import { filesOf, loadNamed } from '../discover/discover.js';
import { runCampaign } from './campaign.js';
import type { FuzzTarget } from './fuzz-target.js';

const usage = `pnpm fuzz [name] [options]    try every target, or those whose name contains the text

  --seconds <n>   time for each target (default 10)
  --seed <n>      start of the random numbers (default 1)
  --inputs <n>    inputs for each target at most (default: as many as the time allows)
  --first <n>     number of the first input (default 0); with --inputs 1 it repeats a finding
  --list          name the targets and stop`;

const number = (text: string | undefined, flag: string): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`fuzz: --${flag} needs a number >= 0; found "${text}".`);
  return Number(text);
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string' },
      seed: { type: 'string' },
      inputs: { type: 'string' },
      first: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return console.log(usage);
  const targets = await loadNamed<FuzzTarget>(filesOf('fuzz'));
  const chosen = targets.filter(({ loaded }) => positionals.every((text) => loaded.name.includes(text)));
  if (values.list)
    return console.log(targets.map(({ loaded }) => loaded.name).join('\n') || 'there are no fuzz targets yet');
  if (chosen.length === 0) throw new Error(`fuzz: no target contains "${positionals.join(' ')}"; --list names them.`);
  const seed = number(values.seed, 'seed') ?? 1;
  let failed = 0;
  for (const { file, loaded } of chosen) {
    const { inputs, findings } = await runCampaign(file, {
      seed,
      seconds: number(values.seconds, 'seconds') ?? 10,
      inputs: number(values.inputs, 'inputs') ?? Number.MAX_SAFE_INTEGER,
      first: number(values.first, 'first') ?? 0,
    });
    for (const finding of findings) {
      console.log(`FOUND in ${loaded.name}, input ${finding.number}: ${finding.problem}`);
      console.log(`  again: pnpm fuzz ${loaded.name} --seed ${seed} --first ${finding.number} --inputs 1`);
    }
    if (findings.length > 0) failed += 1;
    console.log(`${loaded.name}: ${inputs} inputs, ${findings.length} findings`);
  }
  console.log(`${chosen.length - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
