// How deep a JSON text nests, told before it is parsed. Knows nothing of its content.

const [quote, backslash] = [0x22, 0x5c];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Whether lists and objects of a JSON text lie at most `most` levels deep. `JSON.parse` takes some 50 bytes for each level
 * that is open, so that a text of nothing but brackets would take all memory before it is refused.
 */
export function nestsAtMost(text: string, most: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) i = endOfString(text, i);
    else if (code === openList || code === openObject) {
      depth += 1;
      if (depth > most) return false;
    } else if (code === closeList || code === closeObject) depth -= 1;
  }
  return true;
}

/** Index of the quote that ends a string; the length of the text if there is none. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) return i;
    if (code === backslash) i += 1;
  }
  return text.length;
}
