// Which texts are numbers.

const pattern = /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/;

/** The number that a text writes in decimal form; undefined for anything else, also for `nan`, `inf`, `0x1f` and `1,5`. */
export function parseNumber(text: string): number | undefined {
  if (!pattern.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
