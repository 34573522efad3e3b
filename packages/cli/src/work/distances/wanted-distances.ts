// Which distances a call asks for: all, one part of them, those to references, or those of chosen pairs.
import { UsageError } from '../../failure.js';
import type { SettingsReader } from '../../settings-reader.js';
import { blockEndings, matrixEndings, outputWithEnding, pairEndings, partEndings } from './output-format.js';

/** What is computed. */
export type WantedDistances =
  | { readonly kind: 'all' }
  | { readonly kind: 'part'; readonly part: number; readonly partCount: number }
  /** `path` names a file of ids. */
  | { readonly kind: 'references' | 'pairs'; readonly path: string };

/**
 * What the settings ask for, and whether `--output` can hold it; before anything is opened.
 *
 * @throws UsageError where settings exclude each other, or the ending of `--output` does not fit.
 */
export function wantedDistances(settings: SettingsReader): WantedDistances {
  const given = ['part', 'references', 'pairs'].filter((name) => settings.textOrUnset(name) !== undefined);
  if (given.length > 1) {
    throw new UsageError(`--${given.join(' and --')} exclude each other. Give one of them.`);
  }
  const [name] = given;
  const text = name === undefined ? '' : settings.text(name);
  if (name === 'part') {
    const part = parsePart(text);
    outputWithEnding(settings, partEndings);
    return { kind: 'part', ...part };
  }
  if (name === 'references' || name === 'pairs') {
    outputWithEnding(settings, name === 'references' ? blockEndings : pairEndings);
    return { kind: name, path: text };
  }
  outputWithEnding(settings, matrixEndings);
  return { kind: 'all' };
}

function parsePart(text: string): { readonly part: number; readonly partCount: number } {
  const [, part = 0, partCount = 0] = (/^(\d+)\/(\d+)$/.exec(text.trim()) ?? []).map(Number);
  if (part >= 1 && part <= partCount) return { part, partCount };
  throw new UsageError(`--part: k/n with k from 1 to n is needed, as 3/8, got ${JSON.stringify(text)}.`);
}
