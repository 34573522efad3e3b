// Reads conformance/tolerances.json, the one place where a comparison may be allowed to differ.
// Knows no vectors: it only names tolerances and says how much each allows.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * How far a number may lie from the expected one: `absolute + relative * |want| + relativeToLargest * largest`, where
 * `largest` is the largest finite `|want|` of the whole tensor, taken as at least `largestAtLeast`.
 */
export interface Tolerance {
  /** Allowed difference in the unit of the number itself. */
  readonly absolute: number;
  /** Allowed difference as a fraction of the expected number. */
  readonly relative: number;
  /** Allowed difference as a fraction of the tensor's largest expected number. Default 0. */
  readonly relativeToLargest?: number;
  /** Floor of that largest number. Default 0. */
  readonly largestAtLeast?: number;
}

interface ToleranceRow extends Tolerance {
  readonly id: string;
  readonly reason: string;
}

const tolerancesFile: string = fileURLToPath(new URL('../../conformance/tolerances.json', import.meta.url));

/** Tolerances by id from the text of a tolerances file; an incomplete or repeated row is an error. */
export function parseTolerances(text: string): ReadonlyMap<string, Tolerance> {
  const { rows } = JSON.parse(text) as { rows: readonly ToleranceRow[] };
  const tolerances = new Map<string, Tolerance>();
  for (const row of rows) {
    const { id, absolute, relative, relativeToLargest = 0, largestAtLeast = 0, reason } = row;
    const numbers = [absolute, relative, relativeToLargest, largestAtLeast];
    if (!id || !reason || tolerances.has(id) || !numbers.every((value) => Number.isFinite(value) && value >= 0)) {
      throw new Error(
        `tolerances: row "${id}" needs a new id, a reason and finite numbers >= 0; found ${JSON.stringify(row)}.`,
      );
    }
    tolerances.set(id, { absolute, relative, relativeToLargest, largestAtLeast });
  }
  return tolerances;
}

let cached: ReadonlyMap<string, Tolerance> | undefined;

/** The tolerance of a row of `conformance/tolerances.json`, by its id. */
export function tolerance(id: string): Tolerance {
  cached ??= parseTolerances(readFileSync(tolerancesFile, 'utf8'));
  const found = cached.get(id);
  if (found === undefined) {
    throw new Error(
      `tolerance: no row "${id}" in conformance/tolerances.json (rows: ${[...cached.keys()].join(', ')}).`,
    );
  }
  return found;
}
