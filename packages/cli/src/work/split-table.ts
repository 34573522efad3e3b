// The work of `aam data split`: lists of sample ids, and the split as sample metadata.
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  foldSamples,
  groupColumn,
  nestedFolds,
  numericColumn,
  quantileStrata,
  referenceSplit,
  type SampleMetadata,
  type SampleSplit,
  type SavedSplit,
  type StratumLabels,
  splitSamples,
  textColumn,
  writeSampleIds,
  writeSplit,
} from '@seq/data';
import type { CommandContext, CommandWork } from '../command.js';
import { InputError, UsageError } from '../failure.js';
import type { SettingsReader } from '../settings-reader.js';
import { chosenByMetadata } from './chosen-by-metadata.js';
import { leakageWarnings } from './leakage.js';
import { openInputs } from './open-inputs.js';
import { inOutputFolder } from './output-folder.js';

/** Writes `split.tsv`, and `train_samples.txt` and `held_out_samples.txt` of each part. */
export const splitTable: CommandWork = async (context) => {
  requireFitting(context.settings);
  const folder = context.settings.text('output-dir');
  await inOutputFolder(join(folder, 'split.tsv'), () => splitAndWrite(context, folder));
};

async function splitAndWrite(context: CommandContext, folder: string): Promise<void> {
  const { settings, progress, signal } = context;
  const { table, metadata } = await openInputs(context);
  const sampleIds = chosenByMetadata(context, metadata, table.sampleIds);
  const saved = drawn(context, metadata!, sampleIds);
  await refuseLeftovers(folder, saved);
  await writeSplit(join(folder, 'split.tsv'), saved);
  if (saved.kind === 'split') await writeLists(folder, saved.split);
  else await writeFolds(folder, saved);
  progress.note(`${described(saved, settings)}, in ${folder}`);
  const splits = saved.kind === 'split' ? [saved.split] : saved.folds;
  const groupColumn = settings.textOrUnset('group-column');
  const warnings = await leakageWarnings(splits, { metadata, table, signal, groupColumn });
  for (const warning of warnings) progress.note(warning);
}

function requireFitting(settings: SettingsReader): void {
  if (settings.numberOrUnset('inner-folds') !== undefined && settings.numberOrUnset('folds') === undefined) {
    throw new UsageError('--inner-folds: they divide the parts of --folds. Give --folds, too.');
  }
  if (!settings.switch('like-reference')) return;
  const other = ['group-column', 'stratify-column'].find((name) => settings.textOrUnset(name) !== undefined);
  const wrong = other ?? (settings.numberOrUnset('folds') === undefined ? undefined : 'folds');
  if (wrong !== undefined) {
    throw new UsageError(`--like-reference: the reference has no --${wrong}. Leave one of the two out.`);
  }
}

function drawn({ settings }: CommandContext, metadata: SampleMetadata, sampleIds: readonly string[]): SavedSplit {
  const [seed, folds, innerFolds] = [
    settings.number('seed'),
    settings.numberOrUnset('folds'),
    settings.numberOrUnset('inner-folds'),
  ];
  const fraction = settings.number('test-size');
  if (settings.switch('like-reference')) return { kind: 'split', split: referenceSplit(sampleIds, { fraction, seed }) };
  const column = settings.textOrUnset('group-column');
  const groups = column === undefined ? undefined : groupColumn(metadata, { column, sampleIds });
  const labels = { seed, groups, strata: strataOf(settings, metadata, sampleIds) };
  if (folds === undefined) return { kind: 'split', split: splitSamples(sampleIds, { fraction, ...labels }) };
  if (innerFolds === undefined) return { kind: 'folds', folds: foldSamples(sampleIds, { folds, ...labels }) };
  return { kind: 'nested', folds: nestedFolds(sampleIds, { outerFolds: folds, innerFolds, ...labels }) };
}

/** The category of each sample, or the range of its number; missing values are a stratum of their own. */
function strataOf(
  settings: SettingsReader,
  metadata: SampleMetadata,
  sampleIds: readonly string[],
): StratumLabels | undefined {
  const column = settings.textOrUnset('stratify-column');
  if (column === undefined) return undefined;
  const texts = textColumn(metadata, { column, sampleIds });
  if (metadata.column(column).type === 'categorical') return texts;
  const filled = sampleIds.filter((_, i) => texts[i] !== null);
  const numbers = numericColumn(metadata, { column, sampleIds: filled });
  const numberOf = new Map(filled.map((id, i) => [id, numbers[i]!]));
  const values = sampleIds.map((id) => numberOf.get(id) ?? Number.NaN);
  return quantileStrata(values, { bins: settings.number('stratify-bins') });
}

async function writeLists(folder: string, { training, validation }: SampleSplit): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeSampleIds(join(folder, 'train_samples.txt'), training);
  await writeSampleIds(join(folder, 'held_out_samples.txt'), validation);
}

async function writeFolds(folder: string, saved: SavedSplit & { readonly kind: 'folds' | 'nested' }): Promise<void> {
  for (const [i, fold] of saved.folds.entries()) {
    const place = join(folder, `fold-${i + 1}`);
    await writeLists(place, fold);
    const inner = saved.kind === 'nested' ? saved.folds[i]!.inner : [];
    for (const [j, split] of inner.entries()) await writeLists(join(place, `inner-fold-${j + 1}`), split);
  }
}

/** Refuses a folder with parts of an earlier split that would stay beside those of this one. */
async function refuseLeftovers(folder: string, saved: SavedSplit): Promise<void> {
  const found = await readdir(folder).catch(() => []);
  const isOfSplit = (name: string): boolean => /^((train|held_out)_samples\.txt|fold-\d+)$/.test(name);
  const written =
    saved.kind === 'split' ? ['train_samples.txt', 'held_out_samples.txt'] : saved.folds.map((_, i) => `fold-${i + 1}`);
  const left = found.filter((name) => isOfSplit(name) && !written.includes(name)).sort();
  if (left.length > 0) throw leftover(folder, left[0]!);
  const folds = saved.kind === 'nested' ? saved.folds[0]!.inner.length : 0;
  for (const fold of saved.kind === 'split' ? [] : written) {
    const inner = await readdir(join(folder, fold)).catch(() => []);
    const stays = inner.find((name) => Number(/^inner-fold-(\d+)$/.exec(name)?.[1] ?? 0) > folds);
    if (stays !== undefined) throw leftover(join(folder, fold), stays);
  }
}

function leftover(place: string, name: string): InputError {
  return new InputError(
    `--output-dir: ${JSON.stringify(place)} holds ${name} of another split, which would stay beside the new one. ` +
      'Choose another folder, or remove it.',
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function described(saved: SavedSplit, settings: SettingsReader): string {
  if (saved.kind === 'split') {
    const { training, validation } = saved.split;
    const share = validation.length / (training.length + validation.length);
    const asked = settings.number('test-size');
    const note = Math.abs(share - asked) > 0.05 ? `, ${percent(share)} where ${percent(asked)} were asked for` : '';
    return `${training.length} samples to learn from, ${validation.length} held out${note}`;
  }
  const sizes = saved.folds.map(({ validation }) => validation.length);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const range = `${least === most ? least : `${least} to ${most}`} samples held out in each`;
  const inner = saved.kind === 'nested' ? `, each with ${saved.folds[0]!.inner.length} inner folds` : '';
  return `${sizes.length} folds, ${range}${inner}`;
}
