// Round numbers along an axis.

/** An axis from `low` to `high` with a tick at every multiple of `step`. */
export interface AxisTicks {
  readonly low: number;
  readonly high: number;
  readonly values: readonly number[];
  /** Digits after the point that every tick needs. */
  readonly decimals: number;
}

/** Values whose distance is a smaller part of their size than this count as one. */
const SAME = 1e-9;
/** Sizes below this count as 0. */
const LEAST = 1e-12;

/**
 * The ticks of an axis that covers all values: multiples of 1, 2 or 5 times a power of ten, about `count` of them.
 *
 * @param values - finite numbers, at least one.
 */
export function axisTicks(values: readonly number[], count = 6): AxisTicks {
  let smallest = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  let largest = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const size = Math.max(Math.abs(smallest), Math.abs(largest));
  if (largest - smallest <= size * SAME) {
    const margin = size > LEAST ? size / 10 : 1;
    smallest -= margin;
    largest += margin;
  }
  const step = roundStep((largest - smallest) / count);
  const first = Math.floor(smallest / step);
  const last = Math.ceil(largest / step);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const at = (multiple: number): number => Number((multiple * step).toFixed(Math.min(decimals + 2, 20)));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => at(first + i));
  return { low: at(first), high: at(last), values: ticks, decimals };
}

/** The smallest of 1, 2, 5, 10 times a power of ten that is at least `size`. */
function roundStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  const factor = [1, 2, 5].find((candidate) => candidate * power >= size * (1 - 1e-9)) ?? 10;
  return factor * power;
}
