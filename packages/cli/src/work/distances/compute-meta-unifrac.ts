// The work of `aam unifrac-meta`: several tables and trees in, one distance matrix out.
import { type Consolidation, type MetaUnifracInput, metaUnifrac } from '@seq/unifrac';
import type { CommandWork } from '../../command.js';
import { UsageError } from '../../failure.js';
import { pairProgress } from './distance-progress.js';
import { camelCase, metricLabel, unifracOptions } from './metric-options.js';
import { openPhylogeneticCommunity } from './open-community.js';
import { matrixEndings, outputWithEnding } from './output-format.js';
import { writeMatrix } from './write-matrix.js';

/** Computes the mean of the distances of all tables and writes it. */
export const computeMetaUnifrac: CommandWork = async (context) => {
  const { settings } = context;
  const options = unifracOptions(context);
  outputWithEnding(settings, matrixEndings);
  const tables = settings.textsOrUnset('tables') ?? [];
  const trees = settings.textsOrUnset('trees') ?? [];
  const weights = settings.numbersOrUnset('weights');
  if (trees.length !== tables.length) {
    throw new UsageError(`--trees: one per table is needed, got ${trees.length} for ${tables.length} tables.`);
  }
  if (weights !== undefined && weights.length !== tables.length) {
    throw new UsageError(`--weights: one per table is needed, got ${weights.length} for ${tables.length} tables.`);
  }
  if (weights?.some((weight) => weight <= 0)) throw new UsageError('--weights: numbers above 0 are needed.');
  const inputs: MetaUnifracInput[] = [];
  try {
    for (const [i, table] of tables.entries()) {
      const community = await openPhylogeneticCommunity(context, { table, tree: trees[i]! });
      inputs.push({ ...community, weight: weights?.[i] });
    }
    const consolidation = camelCase(settings.text('consolidation')) as Consolidation;
    const onProgress = pairProgress(context, `${metricLabel(settings)} of ${tables.length} tables`);
    await writeMatrix(context, await metaUnifrac(inputs, { ...options, consolidation, onProgress }));
  } finally {
    for (const { tree } of inputs) tree.dispose();
  }
};
