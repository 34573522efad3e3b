// Splits a command line into words and flags without knowing which flags there are, since each bench has its own.

/** A command line in parts. */
export interface WordsAndFlags {
  readonly words: readonly string[];
  /** Values by name, without dashes; a flag without a value is `'true'`. */
  readonly flags: Readonly<Record<string, string>>;
}

/** Flags that never take the next word as their value. */
const switches = new Set(['smoke', 'help']);

/** Reads `word --flag value --flag=value --switch`; a flag followed by another flag or by nothing is a switch. */
export function readFlags(args: readonly string[]): WordsAndFlags {
  const words: string[] = [];
  const flags: Record<string, string> = {};
  for (let i = 0; i < args.length; i++) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(args[i]!) ?? [];
    if (name === undefined) {
      words.push(args[i]!);
      continue;
    }
    const next = args[i + 1];
    const takesNext = value === undefined && !switches.has(name) && next !== undefined && !next.startsWith('--');
    flags[name] = value ?? (takesNext ? next : 'true');
    if (takesNext) i += 1;
  }
  return { words, flags };
}
