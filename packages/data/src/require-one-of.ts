// Checks options that are one of a few words.
import { dataError } from './errors.js';

/**
 * Refuses an option that is none of the words it may be.
 *
 * @throws SeqError `OPTION_INVALID`
 */
export function requireOneOf(asked: string, name: string, value: string, words: readonly string[]): void {
  if (words.includes(value)) return;
  throw dataError(
    'OPTION_INVALID',
    `${asked}: ${name} is ${JSON.stringify(value)}. Choose one of ${words.join(', ')}.`,
    { details: { option: name, value } },
  );
}
