// Several targets side by side, each with a transform of its own. Knows no metadata file.
import { dataError } from '../errors.js';
import { quoted } from '../text/quoted.js';
import { parseTargetTransform } from './parse-target-transform.js';
import { applyTargetTransform, invertTargetTransform, type ScaleTargetsOptions } from './scale-targets.js';
import type { TargetTransform } from './target-transform.js';

/** One target of several; plain data that survives JSON. */
export interface TargetColumn {
  /** Name of its metadata column. */
  readonly column: string;
  /** Its fitted transform. */
  readonly transform: TargetTransform;
}

/**
 * Scaled values of K targets of B samples as one block, [B, K], sample after sample: what a model with K outputs learns.
 *
 * @param values - values of each target in its own unit, K arrays of B numbers.
 * @throws SeqError as `applyTargetTransform`, with the column in front; `OPTION_INVALID` for other numbers of arrays or values.
 */
export function applyTargetTransforms(
  targets: readonly TargetColumn[],
  values: readonly ArrayLike<number>[],
  options: ScaleTargetsOptions = {},
): Float64Array {
  const sampleCount = values[0]?.length ?? 0;
  if (values.length !== targets.length || values.some(({ length }) => length !== sampleCount)) {
    throw dataError(
      'OPTION_INVALID',
      `applyTargetTransforms: ${values.length} arrays of ${[...new Set(values.map(({ length }) => length))].join(', ')} values ` +
        `are given for ${targets.length} targets. Give one array per target, with one value per sample.`,
    );
  }
  const block = new Float64Array(sampleCount * targets.length);
  targets.forEach(({ column, transform }, k) => {
    const scaled = naming(column, () => applyTargetTransform(transform, values[k]!, options));
    for (let i = 0; i < sampleCount; i++) block[i * targets.length + k] = scaled[i]!;
  });
  return block;
}

/**
 * Values of each target in its own unit, K arrays of B numbers, from a block [B, K] of predictions.
 *
 * @throws SeqError `OPTION_INVALID` for a block that is not B times K numbers long.
 */
export function invertTargetTransforms(
  targets: readonly TargetColumn[],
  block: ArrayLike<number>,
  options: ScaleTargetsOptions = {},
): Float64Array[] {
  const sampleCount = block.length / targets.length;
  if (!Number.isInteger(sampleCount)) {
    throw dataError(
      'OPTION_INVALID',
      `invertTargetTransforms: ${block.length} predictions are given for ${targets.length} targets. Give as many for each.`,
    );
  }
  return targets.map(({ transform }, k) =>
    invertTargetTransform(
      transform,
      Float64Array.from({ length: sampleCount }, (_, i) => block[i * targets.length + k]!),
      options,
    ),
  );
}

/**
 * Targets from plain data, as `JSON.parse` gives them.
 *
 * @throws SeqError `TRANSFORM_INVALID`
 */
export function parseTargetColumns(data: unknown): TargetColumn[] {
  if (!Array.isArray(data) || data.length === 0) {
    throw dataError('TRANSFORM_INVALID', 'parseTargetColumns: no list of targets is given. Give one as it was saved.');
  }
  const targets = data.map((entry: unknown, i): TargetColumn => {
    const { column, transform, ...surplus } = (entry ?? {}) as Record<string, unknown>;
    if (typeof column !== 'string' || Object.keys(surplus).length > 0) {
      throw dataError(
        'TRANSFORM_INVALID',
        `parseTargetColumns: target ${i + 1} has no column, or more than column and transform.`,
      );
    }
    return { column, transform: naming(column, () => parseTargetTransform(transform)) };
  });
  const twice = targets.find(({ column }, i) => targets.findIndex((other) => other.column === column) !== i);
  if (twice === undefined) return targets;
  throw dataError('TRANSFORM_INVALID', `parseTargetColumns: column ${quoted(twice.column)} stands twice.`);
}

/** Runs a call; an error of it gets the name of the column in front. */
function naming<T>(column: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const { code, details, message } = error as ReturnType<typeof dataError>;
    if (code === undefined) throw error;
    throw dataError(code, `Target ${quoted(column)}: ${message}`, { details: { ...details, column }, cause: error });
  }
}
