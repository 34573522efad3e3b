// One order for strings everywhere: by Unicode code point. It knows nothing of categories.

/**
 * Compares two strings by code points, as Python sorts them. Plain `<` compares UTF-16 units, which puts characters
 * beyond U+FFFF before some that come earlier.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a.charCodeAt(i) === b.charCodeAt(i)) continue;
    return rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
  }
  return a.length - b.length;
}

/** Surrogates (0xD800 to 0xDFFF) rank above every other unit; the order inside each group stays. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit <= 0xdfff ? unit + 0x2000 : unit - 0x800;
}
