// The work of `aam beta`: a table in, distances without a tree out: all, to references, or of chosen pairs.
import {
  type CommunityMatrixOptions,
  type CommunityMetric,
  communityMatrix,
  communityOfPairs,
  communityToReferences,
} from '@seq/unifrac';
import type { CommandWork } from '../../command.js';
import { threadsOf } from '../../settings-of/inputs.js';
import { pairProgress } from './distance-progress.js';
import { tellPlan } from './matrix-plan.js';
import { camelCase } from './metric-options.js';
import { openCommunity } from './open-community.js';
import { writeOfPairs, writeToReferences } from './some-distances.js';
import { wantedDistances } from './wanted-distances.js';
import { precisionOf, writeMatrix } from './write-matrix.js';

/** Computes the distances between samples and writes them. */
export const computeBeta: CommandWork = async (context) => {
  const { settings, signal } = context;
  const wanted = wantedDistances(settings);
  const name = settings.text('metric');
  const label = name.replaceAll('_', ' ');
  const options: CommunityMatrixOptions = {
    metric: camelCase(name) as CommunityMetric,
    pseudocount: settings.number('pseudocount'),
    emptySamples: settings.text('empty-samples') as 'zero' | 'nan' | 'error',
    threads: threadsOf(settings),
    signal,
  };
  const table = await openCommunity(context);
  if (wanted.kind === 'references') {
    return writeToReferences(context, table, { ...wanted, label }, (referenceIds, onProgress) =>
      communityToReferences(table, { ...options, referenceIds, onProgress }),
    );
  }
  if (wanted.kind === 'pairs') {
    return writeOfPairs(context, table, { ...wanted, label }, (pairs, onProgress) =>
      communityOfPairs(table, { ...options, pairs, onProgress }),
    );
  }
  const plan = { precision: precisionOf(context), output: settings.text('output') };
  await tellPlan(context, table, plan, (some) => communityMatrix(some, options));
  await writeMatrix(context, await communityMatrix(table, { ...options, onProgress: pairProgress(context, label) }));
};
