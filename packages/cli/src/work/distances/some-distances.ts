// Distances of some pairs of samples only: to references, or of chosen pairs. Knows no metric.
import { type FeatureTable, readSampleIds } from '@seq/data';
import { grouped } from '@seq/data/files';
import {
  type DistanceProgress,
  type ReferenceDistances,
  readSamplePairs,
  writePairDistances,
  writeReferenceDistances,
} from '@seq/unifrac';
import type { CommandContext } from '../../command.js';
import { inOutputFolder } from '../output-folder.js';
import { pairProgress } from './distance-progress.js';
import { tellSomePlan } from './matrix-plan.js';
import { precisionOf } from './write-matrix.js';

type OnProgress = (progress: DistanceProgress) => void;

/** Computes the distances of all samples to those that the file at `path` names, and writes them. */
export async function writeToReferences(
  context: CommandContext,
  table: FeatureTable,
  { path, label }: { readonly path: string; readonly label: string },
  compute: (referenceIds: readonly string[], onProgress: OnProgress) => Promise<ReferenceDistances>,
): Promise<void> {
  const { settings, progress, signal } = context;
  const referenceIds = await readSampleIds(path, { signal });
  const output = settings.text('output');
  const precision = precisionOf(context);
  const pairs = table.sampleCount * referenceIds.length;
  const what = `${grouped(table.sampleCount)} samples to ${grouped(referenceIds.length)} references`;
  tellSomePlan(context, what, { pairs, precision, output });
  const onProgress = pairProgress(context, `${label} to ${referenceIds.length} references`);
  const block = await compute(referenceIds, onProgress);
  await inOutputFolder(output, () => writeReferenceDistances(block, output, { precision, signal }));
  progress.note(`${table.sampleCount} samples, distances to ${referenceIds.length} references in ${output}`);
}

/** Computes the distances of the pairs of samples in the file at `path`, and writes them. */
export async function writeOfPairs(
  context: CommandContext,
  table: FeatureTable,
  { path, label }: { readonly path: string; readonly label: string },
  compute: (pairs: Uint32Array, onProgress: OnProgress) => Promise<Float64Array>,
): Promise<void> {
  const { settings, progress, signal } = context;
  const { sampleIds } = table;
  const pairs = await readSamplePairs(path, { sampleIds, signal });
  const output = settings.text('output');
  const precision = precisionOf(context);
  const count = pairs.length / 2;
  tellSomePlan(context, `${grouped(count)} pairs of samples`, { pairs: count, precision, output });
  const distances = await compute(pairs, pairProgress(context, `${label} of ${grouped(count)} pairs`));
  const found = { sampleIds, pairs, distances };
  await inOutputFolder(output, () => writePairDistances(found, output, { precision, signal }));
  progress.note(`${grouped(count)} pairs of ${grouped(sampleIds.length)} samples, distances in ${output}`);
}
