// Shortens and quotes ids and values for error messages and reports. Knows nothing of what they name.

const longest = 60;

/** A text in double quotes, cut to 60 characters, with control characters made visible. */
export function quoted(text: string): string {
  const shown = text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
  return JSON.stringify(shown);
}

/** A path in double quotes, whole: its end says which file is meant. */
export function quotedPath(path: string): string {
  return JSON.stringify(path);
}

/** The first few texts, quoted and joined by commas, with a sign that there are more. */
export function firstFew(texts: readonly string[], most = 3): string {
  const shown = texts.slice(0, most).map(quoted).join(', ');
  return texts.length > most ? `${shown}, ...` : shown;
}

/** A whole number with commas between thousands. Plain, since the first number that the system formats takes 18 ms. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A count with its noun, in the plural where needed: `1 sample`, `2,294 features`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
