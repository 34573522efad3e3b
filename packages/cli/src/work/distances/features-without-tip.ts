// Why features of a table may be no tips of its tree, added to what matching the two has found.
import type { FeatureTable } from '@seq/data';
import { firstFew } from '@seq/data/files';
import { featuresWithoutTip, type Phylogeny, SeqError } from '@seq/unifrac';

/**
 * The error of a table that is covered in part, with the first ten features that the tree lacks and a guess at the reason; any
 * other as it is. Where nothing is covered, the error has such a guess already.
 */
export function withLikelyReason(error: unknown, table: FeatureTable, tree: Phylogeny): unknown {
  if (!(error instanceof SeqError) || error.code !== 'INPUTS_DO_NOT_MATCH') return error;
  const { missingIds, likelyReason } = featuresWithoutTip(tree, table.featureIds, { sampleIds: table.sampleIds });
  if (missingIds.length === 0) return error;
  const lines = [error.message, `Not in the tree: ${firstFew(missingIds, 10)}`, likelyReason];
  const message = lines.filter((line) => line !== undefined).join('\n');
  return new SeqError(error.code, message, { details: error.details, cause: error });
}
