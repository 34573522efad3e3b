// The work of `aam unifrac`: table and tree in, distance matrix out.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unifracMatrix, writeDistanceMatrix } from '@seq/unifrac';
import type { CommandWork } from '../command.js';
import { UsageError } from '../failure.js';
import { openInputs } from './open-inputs.js';

/** Computes the distances between all samples and writes them. */
export const computeUnifrac: CommandWork = async (context) => {
  const { settings, progress, signal, terminal } = context;
  const output = settings.text('output');
  if (!/\.(tsv|txt|csv)$/i.test(output)) {
    throw new UsageError(`--output: a name that ends in .tsv, .txt or .csv is needed, got ${JSON.stringify(output)}.`);
  }
  const { table, tree } = await openInputs(context);
  const threads = settings.number('threads');
  const started = terminal.now();
  const matrix = await unifracMatrix(table, tree!, {
    metric: 'unweighted',
    ...(threads === 0 ? {} : { threads }),
    signal,
    onProgress: ({ pairsDone: done, pairsTotal: total }) => {
      const seconds = (terminal.now() - started) / 1000;
      progress.show({
        label: 'unweighted UniFrac',
        done,
        total,
        rate: `${Math.round(done / Math.max(seconds, 1e-3))} pairs/s`,
        ...(done > 0 ? { secondsLeft: (seconds * (total - done)) / done } : {}),
      });
    },
  });
  await mkdir(dirname(output), { recursive: true });
  await writeDistanceMatrix(matrix, output);
  progress.note(`${matrix.ids.length} samples, distances in ${output}`);
};
