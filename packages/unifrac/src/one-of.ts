// Options that are one of a few words. Knows none of them.
import { unifracError } from './errors.js';

/** The value of an option, or the first of its values if it was not given; refuses any that is not among them. */
export function oneOf<T extends string>(
  asked: string,
  {
    name,
    given,
    values,
  }: { readonly name: string; readonly given: T | undefined; readonly values: readonly [T, ...T[]] },
): T {
  if (given === undefined) return values[0];
  if (values.includes(given)) return given;
  throw unifracError('OPTION_INVALID', `${asked}: ${name} is "${given}"; there are ${values.join(', ')}.`);
}
