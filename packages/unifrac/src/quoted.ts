// Shortens and quotes ids for error messages. Knows nothing of what they name.

const longest = 60;

/** A text in double quotes, cut to 60 characters, with control characters made visible. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest - 3)}...` : text);
}

/** The first few texts, quoted and joined by commas, with a sign that there are more. */
export function firstFew(texts: readonly string[], most = 10): string {
  const shown = texts.slice(0, most).map(quoted).join(', ');
  return texts.length > most ? `${shown}, ...` : shown;
}
