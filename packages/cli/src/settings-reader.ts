// Typed access to resolved settings; asking for a setting of another type is a fault of ours.
import type { Settings, SettingValue } from './settings.js';

/** Reads checked settings by name and type. */
export class SettingsReader {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  #read<T extends SettingValue>(name: string, fits: (value: SettingValue) => value is T): T | undefined {
    const value = this.#settings.get(name);
    if (value === undefined) return undefined;
    if (!fits(value)) throw new Error(`setting ${name} was read as another type than the table declares`);
    return value;
  }

  #needed<T>(name: string, value: T | undefined): T {
    if (value === undefined) throw new Error(`setting ${name} has neither a default nor a check that it is given`);
    return value;
  }

  /** Whether it was given or has a default. */
  has(name: string): boolean {
    return this.#settings.has(name);
  }

  /** Text, path or choice; undefined if unset. */
  textOrUnset(name: string): string | undefined {
    return this.#read(name, (value): value is string => typeof value === 'string');
  }

  /** Text, path or choice that is required or has a default. */
  text(name: string): string {
    return this.#needed(name, this.textOrUnset(name));
  }

  /** Number or integer; undefined if unset. */
  numberOrUnset(name: string): number | undefined {
    return this.#read(name, (value): value is number => typeof value === 'number');
  }

  /** Number or integer that is required or has a default. */
  number(name: string): number {
    return this.#needed(name, this.numberOrUnset(name));
  }

  /** Switch; false if unset. */
  switch(name: string): boolean {
    return this.#read(name, (value): value is boolean => typeof value === 'boolean') ?? false;
  }

  /** Numbers of a list; undefined if unset. */
  numbersOrUnset(name: string): readonly number[] | undefined {
    return this.#read(
      name,
      (value): value is readonly number[] => Array.isArray(value) && typeof value[0] === 'number',
    );
  }

  /** Texts of a list; undefined if unset. */
  textsOrUnset(name: string): readonly string[] | undefined {
    return this.#read(
      name,
      (value): value is readonly string[] => Array.isArray(value) && typeof value[0] === 'string',
    );
  }

  /** Everything, as plain data in table order. */
  toRecord(): Record<string, SettingValue> {
    return Object.fromEntries(this.#settings);
  }
}
