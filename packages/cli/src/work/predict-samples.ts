// The work of `aam predict`: everything about the model comes from the checkpoint.
import { numericColumn, textColumn } from '@seq/data';
import { setThreads } from '@seq/tensor';
import { formatPredictions, predict, readCheckpoint, writeFileWhole } from '@seq/train';
import type { CommandContext, CommandWork } from '../command.js';
import { type OpenedInputs, openInputs } from './open-inputs.js';

/** Actual values where the metadata know them. */
function actualValues(column: string, { metadata, table }: OpenedInputs): ReadonlyMap<string, number> {
  if (metadata === undefined || !metadata.columns.has(column)) return new Map();
  const texts = textColumn(metadata, { column, sampleIds: table.sampleIds });
  const known = table.sampleIds.filter((_, i) => texts[i] !== null);
  const numbers = numericColumn(metadata, { column, sampleIds: known });
  return new Map(known.map((id, i) => [id, numbers[i]!]));
}

/** Predicts the samples of a table. */
export const predictSamples: CommandWork = async (context: CommandContext) => {
  const { settings, progress, signal, terminal } = context;
  const checkpoint = await readCheckpoint(settings.text('model'));
  const inputs = await openInputs(context, { needsSequences: true });
  setThreads(settings.number('threads'));
  const started = terminal.now();
  const predictions = await predict(checkpoint, inputs, {
    samplesPerBatch: settings.number('batch-size'),
    signal,
    onProgress: ({ samples: done, sampleCount: total }) => {
      const seconds = Math.max((terminal.now() - started) / 1000, 1e-3);
      progress.show({
        label: 'predict',
        done,
        total,
        rate: `${(done / seconds).toFixed(1)} samples/s`,
        secondsLeft: (seconds * (total - done)) / done,
      });
    },
  });
  const { belowDepth, withoutReads, sampleIds, predicted, column } = predictions;
  if (belowDepth.length > 0) {
    progress.note(
      `${belowDepth.length} samples have fewer than ${checkpoint.data.rarefactionDepth} reads and are predicted from all of them (first: ${belowDepth[0]!.sampleId})`,
    );
  }
  if (withoutReads.length > 0) {
    progress.note(`${withoutReads.length} samples without any read are not predicted (first: ${withoutReads[0]})`);
  }
  const actual = actualValues(column, inputs);
  const rows = sampleIds.map((sampleId, i) => ({ sampleId, actual: actual.get(sampleId), predicted: predicted[i]! }));
  await writeFileWhole(settings.text('output'), formatPredictions(rows));
  progress.note(`${rows.length} predictions in ${settings.text('output')}`);
};
