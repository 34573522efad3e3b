// The work of `aam beta`: a table in, distances without a tree out.
import { type CommunityMatrixOptions, type CommunityMetric, communityMatrix } from '@seq/unifrac';
import type { CommandWork } from '../../command.js';
import { pairProgress } from './distance-progress.js';
import { tellPlan } from './matrix-plan.js';
import { camelCase, threadsOf } from './metric-options.js';
import { openCommunity } from './open-community.js';
import { matrixEndings, outputWithEnding } from './output-format.js';
import { precisionOf, writeMatrix } from './write-matrix.js';

/** Computes the distances between all samples and writes them. */
export const computeBeta: CommandWork = async (context) => {
  const { settings, signal } = context;
  const output = outputWithEnding(settings, matrixEndings);
  const name = settings.text('metric');
  const options: CommunityMatrixOptions = {
    metric: camelCase(name) as CommunityMetric,
    pseudocount: settings.number('pseudocount'),
    emptySamples: settings.text('empty-samples') as 'zero' | 'nan' | 'error',
    threads: threadsOf(settings),
    signal,
  };
  const table = await openCommunity(context);
  await tellPlan(context, table, { precision: precisionOf(context), output }, (some) => communityMatrix(some, options));
  const onProgress = pairProgress(context, name.replaceAll('_', ' '));
  await writeMatrix(context, await communityMatrix(table, { ...options, onProgress }));
};
