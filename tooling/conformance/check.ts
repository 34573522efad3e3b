// Compares results with expected values inside one case and remembers every difference.
// Knows nothing of files, tensors of the engine, or how a case is printed.
import { isDeepStrictEqual } from 'node:util';
import type { Tolerance } from './tolerances.js';

/** Numbers as cases hold them: one number, or one flat row-major array. */
export type Numbers = number | ArrayLike<number>;

/**
 * Records comparisons of one case.
 *
 * A case passes if it made at least one comparison and none failed. Comparisons never throw, so that a case reports all
 * its differences at once.
 */
export class Check {
  readonly #failures: string[] = [];
  #comparisons = 0;

  /** One line per failed comparison, in the order they were made. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  /** How many comparisons were made, failed ones included. */
  get comparisons(): number {
    return this.#comparisons;
  }

  /**
   * Compares numbers within a tolerance. Lengths must agree. A NaN on either side fails, and an infinite `want` is only
   * met by the same infinity. Reports how many elements are off and the worst of them with its index.
   */
  close(name: string, got: Numbers, want: Numbers, tolerance: Tolerance): void {
    this.#comparisons += 1;
    const failure = firstDifference(flat(got), flat(want), tolerance);
    if (failure !== undefined) this.#failures.push(`${name}: ${failure}`);
  }

  /** Compares any two values deeply and exactly (as `Object.is` for numbers, so NaN equals NaN; typed arrays by type). */
  equal(name: string, got: unknown, want: unknown): void {
    this.#comparisons += 1;
    if (!isDeepStrictEqual(got, want)) this.#failures.push(`${name}: got ${shown(got)}, want ${shown(want)}`);
  }

  /** Demands that a claim holds; `otherwise` says what was found instead. */
  holds(name: string, claim: boolean, otherwise: string): void {
    this.#comparisons += 1;
    if (claim !== true) this.#failures.push(`${name}: ${otherwise}`);
  }
}

function flat(values: Numbers): ArrayLike<number> {
  return typeof values === 'number' ? [values] : values;
}

function largestFinite(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (Number.isFinite(size) && size > largest) largest = size;
  }
  return largest;
}

/** How far outside its allowance an element lies, as a multiple of it: <= 1 passes, NaN is turned into Infinity. */
function excess(got: number, want: number, allowed: number): number {
  if (!Number.isFinite(want)) return got === want ? 0 : Number.POSITIVE_INFINITY;
  const difference = Math.abs(got - want);
  if (difference <= allowed) return 0;
  return Number.isNaN(difference) || allowed === 0 ? Number.POSITIVE_INFINITY : difference / allowed;
}

/** What lies outside the tolerance, in words; undefined if nothing does. */
export function firstDifference(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  tolerance: Tolerance,
): string | undefined {
  if (got.length !== want.length) return `got ${got.length} numbers, want ${want.length}`;
  const { absolute, relative, relativeToLargest = 0, largestAtLeast = 0 } = tolerance;
  const base = absolute + relativeToLargest * Math.max(largestFinite(want), largestAtLeast);
  let off = 0;
  let worst = -1;
  let worstExcess = 0;
  for (let i = 0; i < want.length; i++) {
    const beyond = excess(got[i]!, want[i]!, base + relative * Math.abs(want[i]!));
    if (beyond === 0) continue;
    off += 1;
    if (beyond > worstExcess) {
      worst = i;
      worstExcess = beyond;
    }
  }
  if (off === 0) return undefined;
  const allowed = base + relative * Math.abs(want[worst]!);
  const difference = Math.abs(got[worst]! - want[worst]!);
  return (
    `${off} of ${want.length} off; worst at index ${worst}: got ${got[worst]}, want ${want[worst]}, ` +
    `difference ${difference.toExponential(2)}, allowed ${Number.isNaN(allowed) ? 'none' : allowed.toExponential(2)}`
  );
}

function shown(value: unknown): string {
  const text =
    JSON.stringify(value, (_key, part: unknown) => {
      if (typeof part === 'bigint') return `${part}n`;
      if (typeof part === 'number' && !Number.isFinite(part)) return String(part);
      return ArrayBuffer.isView(part) && !(part instanceof DataView) ? Array.from(part as unknown as number[]) : part;
    }) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}... (${text.length} characters)` : text;
}
