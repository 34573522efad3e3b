// Runs the demo step by step; every command is printed first, so that it can be repeated by hand.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const { values } = parseArgs({ options: { output: { type: 'string', default: join(root, 'runs/ecam') } } });
const output = relative(root, resolve(values.output)) || '.';
const data = relative(root, join(here, 'data'));
const inputs = ['--table', `${data}/table.biom`];
const metadata = ['--metadata', `${data}/metadata.tsv`];
const target = ['--metadata-column', 'month_of_life'];

function aam(...args) {
  process.stderr.write(`\n$ aam ${args.join(' ')}\n`);
  const result = spawnSync(process.execPath, [join(root, 'packages/cli/bin/aam.mjs'), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0) process.exit(result.status ?? 130);
}

mkdirSync(resolve(root, output), { recursive: true });
const started = Date.now();
aam(
  'split',
  ...inputs,
  ...metadata,
  '--where',
  'mom_child=C',
  '--group-column',
  'host_subject_id',
  '--output-dir',
  output,
);
aam(
  'pretrain',
  '--config',
  'examples/ecam/pretrain.yaml',
  '--output-dir',
  `${output}/pretrain`,
  '--samples',
  `${output}/train_samples.txt`,
);
// Each run keeps other infants of the training part for validation; what they say together errs less.
const runs = [1, 2, 3, 4].map((seed) => ({ seed, folder: `${output}/train-${seed}` }));
for (const { seed, folder } of runs) {
  aam(
    ...['train', '--config', 'examples/ecam/train.yaml', '--seed', String(seed), '--output-dir', folder],
    ...['--samples', `${output}/train_samples.txt`, '--pretrained-encoder', `${output}/pretrain/best.safetensors`],
  );
}
aam(
  ...[
    'predict',
    '--model',
    runs.map(({ folder }) => `${folder}/best.safetensors`).join(','),
    ...inputs,
    '--sequences',
    `${data}/rep-seqs.fasta`,
    ...metadata,
  ],
  ...['--samples', `${output}/held_out_samples.txt`, '--output', `${output}/predictions.tsv`],
);
aam(
  ...['rf-baseline', ...inputs, ...metadata, ...target, '--train-samples', `${output}/train_samples.txt`],
  ...['--val-samples', `${output}/held_out_samples.txt`, '--output', `${output}/forest_predictions.tsv`],
);
aam(
  ...['report', '--predictions', `${output}/predictions.tsv`, '--baseline', `${output}/forest_predictions.tsv`],
  ...['--target-name', 'month of life', '--output-dir', output],
);
process.stderr.write(`\nDone in ${Math.round((Date.now() - started) / 1000)} s. Look at ${output}/predictions.svg\n`);
