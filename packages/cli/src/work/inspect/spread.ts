// Least, median and greatest of numbers, as one text.

/** `least to greatest, median m`; a dash for no numbers. */
export function spread(values: ArrayLike<number>): string {
  if (values.length === 0) return '-';
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  const shown = (value: number): string => String(Number(value.toPrecision(6)));
  return `${shown(sorted[0]!)} to ${shown(sorted.at(-1)!)}, median ${shown(median)}`;
}
