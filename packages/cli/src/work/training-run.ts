// What `pretrain` and `train` share: preparing data, options of the run, progress, the history file.
import { join } from 'node:path';
import {
  type CommunityDatasetSettings,
  createCommunityDataset,
  createStreamedDataset,
  FeatureTable,
  type FeatureTableSource,
  groupColumn,
  type SampleDataset,
  type StreamedDatasetOptions,
  splitSamples,
  writeSampleIds,
} from '@seq/data';
import { multipliesBf16, setThreads } from '@seq/tensor';
import {
  type OptimiserSettings,
  readCheckpoint,
  Trainer,
  type TrainingObjective,
  type TrainingOptions,
  type TrainingProgress,
  type TrainingResult,
  writeFileWhole,
} from '@seq/train';
import type { CommandContext } from '../command.js';
import type { ProgressLine } from '../progress.js';
import type { SettingsReader } from '../settings-reader.js';
import { runAugmentation } from './augmentation.js';
import { leakageWarnings } from './leakage.js';
import { blocksPerBuffer, type ModelInputs } from './model-inputs.js';
import { scheduleOf } from './schedule-of.js';

/** Samples to learn from and to validate with. */
export interface TrainingSets {
  readonly training: SampleDataset;
  readonly validation: SampleDataset;
  /** Blocks of a streamed table that are shuffled together; undefined for a table in memory. */
  readonly blocksPerBuffer: number | undefined;
}

/** Divides the samples, prepares both parts and says what was left out. */
export async function prepareSets(
  context: CommandContext,
  inputs: ModelInputs,
  plan: CommunityDatasetSettings,
): Promise<TrainingSets> {
  const { settings, progress, signal } = context;
  const { table, sampleIds, featureIds, sequences, metadata, tree } = inputs;
  const groups = groupsOf(settings, inputs);
  const seed = settings.number('seed');
  const split = splitSamples(sampleIds, { fraction: settings.number('test-size'), seed, groups });
  const groupColumn = settings.textOrUnset('group-column');
  for (const warning of await leakageWarnings([split], { metadata, table, signal, groupColumn }))
    progress.note(warning);
  const augmentation = runAugmentation(settings, { tree, featureIds });
  const ofTraining = { ...plan, sequences, sampleIds: split.training, augmentation };
  const ofValidation = { ...plan, sequences, sampleIds: split.validation, refreshRarefaction: false };
  const sets =
    table instanceof FeatureTable
      ? {
          training: createCommunityDataset(table, ofTraining),
          validation: createCommunityDataset(table, ofValidation),
        }
      : await streamedSets(table, ofTraining, { ...ofValidation, signal });
  for (const [name, { belowDepth, withoutReads }] of Object.entries(sets)) {
    const left = [...belowDepth.map(({ sampleId }) => sampleId), ...withoutReads];
    if (left.length > 0) {
      const [some, are] = left.length === 1 ? ['sample has', 'is'] : ['samples have', 'are'];
      const depth = plan.rarefactionDepth ?? 1;
      progress.note(`${left.length} ${name} ${some} fewer than ${depth} reads and ${are} left out (first: ${left[0]})`);
    }
  }
  progress.note(`${sets.training.sampleCount} samples to train on, ${sets.validation.sampleCount} to validate with`);
  return { ...sets, blocksPerBuffer: blocksPerBuffer(context, inputs) };
}

async function streamedSets(
  table: FeatureTableSource,
  ofTraining: StreamedDatasetOptions,
  ofValidation: StreamedDatasetOptions,
): Promise<Pick<TrainingSets, 'training' | 'validation'>> {
  const { signal } = ofValidation;
  const training = await createStreamedDataset(table, { ...ofTraining, signal });
  return { training, validation: await createStreamedDataset(table, { ...ofValidation, alike: training }) };
}

/** The group of every sample; undefined if they are not kept together. */
function groupsOf(
  settings: SettingsReader,
  { sampleIds, metadata }: Pick<ModelInputs, 'sampleIds' | 'metadata'>,
): readonly string[] | undefined {
  const column = settings.textOrUnset('group-column');
  if (column === undefined || metadata === undefined) return undefined;
  return groupColumn(metadata, { column, sampleIds });
}

function optimiserOf(settings: SettingsReader): OptimiserSettings {
  return {
    kind: settings.text('optimizer') as OptimiserSettings['kind'],
    weightDecay: settings.number('weight-decay'),
  };
}

function trainingOptions(settings: SettingsReader): TrainingOptions {
  const metric = settings.textOrUnset('best-metric');
  return {
    epochs: settings.number('epochs'),
    learningRate: settings.number('lr'),
    categoricalLearningRate: settings.numberOrUnset('categorical-lr'),
    schedule: scheduleOf(settings),
    optimiser: optimiserOf(settings),
    batchesPerStep: settings.number('gradient-accumulation-steps'),
    maximumGradientNorm: settings.numberOrUnset('max-grad-norm'),
    bestMetric: metric === undefined || metric === 'val_loss' ? 'loss' : (metric as 'mae' | 'r2' | 'accuracy' | 'f1'),
    patience: settings.number('patience'),
    seed: settings.number('seed'),
    precision: settings.text('precision') as 'f32' | 'bf16',
    shareAsvs: settings.switch('share-asvs'),
  };
}

const shown = (value: number): string =>
  Math.abs(value) < 1e-3 && value !== 0 ? value.toExponential(2) : value.toFixed(4);

function showTraining(progress: ProgressLine, moment: TrainingProgress): void {
  const { phase, epoch, epochs, step, stepsPerEpoch, losses, validation } = moment;
  const facts = Object.entries(losses).map(([name, value]) => `${name} ${shown(value)}`);
  if (phase === 'epoch') {
    const scores = Object.entries({ ...validation?.losses, ...validation?.metrics });
    progress.note(
      `epoch ${epoch}/${epochs}  ${facts.join('  ')}  |  validation  ${scores.map(([name, value]) => `${name} ${shown(value)}`).join('  ')}`,
    );
    return;
  }
  if (phase === 'finished') return;
  progress.show({
    label: phase === 'training' ? `epoch ${epoch}/${epochs}` : `epoch ${epoch}/${epochs} validation`,
    done: step,
    total: stepsPerEpoch,
    rate: `${moment.samplesPerSecond.toFixed(1)} samples/s`,
    ...(moment.secondsLeft === undefined ? {} : { secondsLeft: moment.secondsLeft }),
    facts,
  });
}

function historyTable({ history }: TrainingResult): string {
  const rows = history.map(({ epoch, training, validation }) => {
    const scores = { ...validation?.losses, ...validation?.metrics };
    return {
      epoch,
      ...Object.fromEntries(Object.entries(training).map(([name, value]) => [`train_${name}`, value])),
      ...Object.fromEntries(Object.entries(scores).map(([name, value]) => [`val_${name}`, value])),
    } as Record<string, number>;
  });
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return `${[names, ...rows.map((row) => names.map((name) => row[name] ?? ''))].map((cells) => cells.join('\t')).join('\n')}\n`;
}

/** Writes what a run was started with. */
async function writeStart(settings: SettingsReader, { training, validation }: TrainingSets): Promise<void> {
  const folder = settings.text('output-dir');
  await writeFileWhole(join(folder, 'settings.json'), `${JSON.stringify(settings.toRecord(), null, 2)}\n`);
  await writeSampleIds(join(folder, 'train_samples.txt'), training.sampleIds);
  await writeSampleIds(join(folder, 'val_samples.txt'), validation.sampleIds);
}

/**
 * Trains, shows progress, and writes checkpoints, the history and what the run was started with. Where a run goes on,
 * the latter is written only after its checkpoint was found to belong to these inputs.
 */
export async function runTraining(
  { settings, progress, signal }: CommandContext,
  objective: TrainingObjective,
  sets: TrainingSets,
): Promise<TrainingResult> {
  const { training, validation, blocksPerBuffer } = sets;
  setThreads(settings.number('threads'));
  if (settings.text('precision') === 'bf16' && !multipliesBf16()) {
    progress.note(
      'this processor has no fast instruction for products of bf16: --precision bf16 gives the same numbers here, but no speed',
    );
  }
  const folder = settings.text('output-dir');
  const trainer = new Trainer(objective, {
    ...trainingOptions(settings),
    training,
    validation,
    blocksPerBuffer,
    samplesPerBatch: settings.number('batch-size'),
    directory: folder,
    stepsPerCheckpoint: settings.numberOrUnset('checkpoint-steps'),
    asvCache: settings.textOrUnset('asv-cache'),
  });
  const resume = settings.textOrUnset('resume-from');
  const resumeFrom = resume === undefined ? undefined : await readCheckpoint(resume);
  if (resumeFrom === undefined) await writeStart(settings, sets);
  const result = await trainer.run({
    signal,
    resumeFrom,
    onProgress: (moment) => showTraining(progress, moment),
    onNotice: (notice) => progress.note(notice),
  });
  if (resumeFrom !== undefined) await writeStart(settings, sets);
  await writeFileWhole(join(folder, 'history.tsv'), historyTable(result));
  progress.note(`best epoch ${result.best.epoch} of ${result.history.length}; checkpoint ${result.checkpoints?.best}`);
  return result;
}
