// Joins partial results of `ssu`, after checking that they belong together and nothing is missing.
import { quoted } from '@seq/data/files';
import { unifracError } from '../errors.js';
import type { DistanceMatrix } from '../matrix/distance-matrix.js';
import { matrixOfStripes, stripeCount } from '../matrix/stripes.js';
import { readSsuPartial } from './ssu-partial.js';

/** The matrix of all partial results of `ssu`; errors as for parts of our own, in stripes instead of rows. */
export async function mergeSsuPartials(paths: readonly string[], signal?: AbortSignal): Promise<DistanceMatrix> {
  let ids: readonly string[] = [];
  let stripes = new Float64Array(0);
  let holders: (string | undefined)[] = [];
  for (const path of paths) {
    const part = await readSsuPartial(path, signal);
    if (holders.length === 0) {
      ids = part.ids;
      stripes = new Float64Array(stripeCount(ids.length) * ids.length);
      holders = Array.from({ length: stripeCount(ids.length) }, () => undefined);
    }
    if (part.ids.length !== ids.length || part.ids.some((id, row) => id !== ids[row])) {
      differ(`${quoted(paths[0]!)} and ${quoted(path)} are of different samples, or in another order`);
    }
    const own = ids.length === 0 ? 0 : part.stripes.length / ids.length;
    for (let stripe = part.firstStripe; stripe < part.firstStripe + own; stripe++) {
      const other = holders[stripe];
      if (other !== undefined)
        differ(`${quoted(other)} and ${quoted(path)} both hold stripe ${stripe}. Give one of them`);
      holders[stripe] = path;
    }
    stripes.set(part.stripes, part.firstStripe * ids.length);
  }
  const missing = holders.flatMap((holder, stripe) => (holder === undefined ? [stripe] : []));
  if (missing.length > 0 || paths.length === 0) {
    throw unifracError(
      'PARTS_INCOMPLETE',
      `mergeDistanceParts: ${paths.length} partial results of ssu hold ${holders.length - missing.length} of ` +
        `${holders.length} stripes; the first missing one is number ${missing[0] ?? 0}. Compute and give the others.`,
      { details: { missingStripes: missing.slice(0, 10), missingCount: missing.length } },
    );
  }
  return matrixOfStripes(ids, stripes);
}

function differ(found: string): never {
  throw unifracError('PARTS_DIFFER', `mergeDistanceParts: ${found}.`);
}
