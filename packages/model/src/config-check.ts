// Checks of configurations by hand: which field, what was found, what it may be. It knows no model.
import { SeqError } from '@seq/tensor';
import type { ModelErrorCode } from './errors.js';

/** Whether a value is allowed, and what is allowed in words. */
export type FieldRule = readonly [isAllowed: (value: unknown) => boolean, allowed: string];

/** A rule for each field of a configuration. */
export type ConfigRules<T extends object> = { readonly [Field in keyof T]-?: FieldRule };

/**
 * Checks each field of a configuration by its rule; every field needs a rule and every rule a field.
 *
 * @throws SeqError `CONFIG_INVALID` naming the first field at fault.
 */
export function checkConfig<T extends object>(asked: string, config: T, rules: ConfigRules<T>): void {
  const unknown = Object.keys(config).find((field) => !Object.hasOwn(rules, field));
  if (unknown !== undefined) {
    const known = Object.keys(rules).join(', ');
    throw invalidConfig(asked, `there is no field "${unknown}"`, `Known fields: ${known}`, { field: unknown });
  }
  for (const field of Object.keys(rules) as (keyof T & string)[]) {
    const [isAllowed, allowed] = rules[field];
    const value = config[field];
    if (!isAllowed(value)) {
      throw invalidConfig(asked, `${field} is ${JSON.stringify(value)}`, `It must be ${allowed}`, { field, value });
    }
  }
}

/**
 * The value as an object, or undefined if it was left out.
 *
 * @throws SeqError `CONFIG_INVALID` for anything else.
 */
export function objectOrNothing<T extends object>(asked: string, field: string, value: T | undefined): T | undefined {
  if (value === undefined || isPlainObject(value)) return value;
  throw invalidConfig(asked, `${field} is ${JSON.stringify(value)}`, 'It must be an object', { field, value });
}

/**
 * The value as a list of objects, empty if it was left out.
 *
 * @throws SeqError `CONFIG_INVALID` for anything else.
 */
export function objectsOrNone<T extends object>(
  asked: string,
  field: string,
  value: readonly T[] | undefined,
): readonly T[] {
  if (value === undefined) return [];
  const areObjects: boolean = Array.isArray(value) && value.every(isPlainObject);
  if (areObjects) return value;
  throw invalidConfig(asked, `${field} is ${JSON.stringify(value)}`, 'It must be a list of objects', { field, value });
}

/** The error of a configuration: who asked, what was found, what is allowed. */
export function invalidConfig(
  asked: string,
  found: string,
  allowed: string,
  details: Readonly<Record<string, unknown>> = {},
): SeqError<ModelErrorCode> {
  return new SeqError<ModelErrorCode>('CONFIG_INVALID', `${asked}: ${found}. ${allowed}.`, { details });
}

/** True for an object literal, also one that came from JSON. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for an integer of at least 1. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

/** True for a number in [0, 1). */
export function isFraction(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 1;
}

/** A test for membership in a set of strings. */
export function isOneOf(...allowed: readonly string[]): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && allowed.includes(value);
}

/** Whether an object has no other keys than these. */
export function hasOnly(value: Record<string, unknown>, ...fields: readonly string[]): boolean {
  return Object.keys(value).every((field) => fields.includes(field));
}
