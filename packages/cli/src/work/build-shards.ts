// The work of `aam data build`: one table in, a folder of shards out, some samples at a time.
import { openFeatureTable, type ShardCountType, writeShards } from '@seq/data';
import { grouped } from '@seq/data/files';
import type { CommandContext, CommandWork } from '../command.js';
import { inOutputFolder } from './output-folder.js';

/** Writes the folder and says what is in it. */
export const buildShards: CommandWork = (context) => {
  const folder = context.settings.text('folder');
  return inOutputFolder(folder, () => readAndBuild(context, folder));
};

async function readAndBuild({ settings, progress, signal }: CommandContext, folder: string): Promise<void> {
  await using source = await openFeatureTable(settings.text('table'), { signal });
  const show = progress.counter('samples written', 'samples');
  const manifest = await writeShards(source, folder, {
    samplesPerBatch: settings.number('samples-per-batch'),
    countType: settings.textOrUnset('count-type') as ShardCountType | undefined,
    overwrite: settings.switch('overwrite'),
    signal,
    onProgress: ({ samples, sampleCount }) => show(samples, sampleCount),
  });
  progress.end();
  const { sampleCount, featureCount, entryCount, countType, shards } = manifest;
  const files = `${shards.length} shard${shards.length === 1 ? '' : 's'}`;
  progress.note(
    `${grouped(sampleCount)} samples, ${grouped(featureCount)} features, ${grouped(entryCount)} counts above zero as ${countType} in ${files}, in ${folder}`,
  );
}
