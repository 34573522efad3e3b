// The work of `aam split`: two lists of sample ids.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { groupColumn, splitSamples, textColumn, writeSampleIds } from '@seq/data';
import type { CommandContext, CommandWork } from '../command.js';
import { UsageError } from '../failure.js';
import { leakageWarnings } from './leakage.js';
import { openInputs } from './open-inputs.js';

function parseWhere(text: string): { readonly column: string; readonly value: string } {
  const [column, ...rest] = text.split('=');
  if (!column || rest.length === 0)
    throw new UsageError(`--where: column=value is needed, got ${JSON.stringify(text)}.`);
  return { column: column.trim(), value: rest.join('=').trim() };
}

async function chosenSamples(context: CommandContext) {
  const { table, metadata } = await openInputs(context);
  const where = context.settings.textOrUnset('where');
  if (where === undefined) return { sampleIds: table.sampleIds, metadata: metadata! };
  const { column, value } = parseWhere(where);
  const values = textColumn(metadata!, { column, sampleIds: table.sampleIds });
  const sampleIds = table.sampleIds.filter((_, i) => values[i] === value);
  if (sampleIds.length === 0) {
    const found = [...new Set(values)]
      .slice(0, 5)
      .map((v) => JSON.stringify(v))
      .join(', ');
    throw new UsageError(`--where: no sample has ${column}=${value}; values of ${column} are ${found}.`);
  }
  context.progress.note(`${sampleIds.length} of ${table.sampleCount} samples have ${column}=${value}`);
  return { sampleIds, metadata: metadata! };
}

/** Writes `train_samples.txt` and `held_out_samples.txt`. */
export const splitTable: CommandWork = async (context) => {
  const { settings, progress } = context;
  const { sampleIds, metadata } = await chosenSamples(context);
  const column = settings.textOrUnset('group-column');
  const groups = column === undefined ? undefined : groupColumn(metadata, { column, sampleIds });
  const split = splitSamples(sampleIds, {
    fraction: settings.number('test-size'),
    seed: settings.number('seed'),
    groups,
  });
  const folder = settings.text('output-dir');
  await mkdir(folder, { recursive: true });
  await writeSampleIds(join(folder, 'train_samples.txt'), split.training);
  await writeSampleIds(join(folder, 'held_out_samples.txt'), split.validation);
  progress.note(`${split.training.length} samples to learn from, ${split.validation.length} held out, in ${folder}`);
  if (groups === undefined) {
    for (const warning of leakageWarnings(split, metadata)) progress.note(warning);
  }
};
