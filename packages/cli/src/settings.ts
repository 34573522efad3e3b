// One table describes every setting of a command; flags, the config file, help and checks all follow from it.
import type { ReplacedFlag } from './command.js';
import { replacedError, UsageError } from './failure.js';

/** What a setting may hold. */
export type SettingKind =
  | { readonly type: 'text' }
  | { readonly type: 'path' }
  | { readonly type: 'integer'; readonly minimum?: number; readonly maximum?: number }
  | {
      readonly type: 'number';
      readonly minimum?: number;
      readonly maximum?: number;
      readonly above?: number;
      readonly below?: number;
    }
  | { readonly type: 'choice'; readonly choices: readonly string[] }
  | { readonly type: 'switch' }
  | { readonly type: 'list'; readonly of: 'integer' | 'number' }
  | { readonly type: 'list'; readonly of: 'text'; readonly choices?: readonly string[] };

/** One setting: a flag of its name, and a key of the same name in the config file. */
export interface Setting {
  /** Long flag without dashes, as `batch-size`. */
  readonly name: string;
  /** What it may hold. */
  readonly kind: SettingKind;
  /** One line for `--help`. */
  readonly help: string;
  /** Value where nothing was given; absent means "unset". */
  readonly default?: SettingValue;
  /** True if the command cannot run without it. */
  readonly required?: boolean;
  /** Heading in `--help`. */
  readonly group?: string;
}

/** A checked value. */
export type SettingValue = string | number | boolean | readonly string[] | readonly number[];

/** Checked values by setting name; unset ones are absent. */
export type Settings = ReadonlyMap<string, SettingValue>;

function bounds(kind: SettingKind & { type: 'integer' | 'number' }): string {
  const parts: string[] = [];
  if (kind.minimum !== undefined) parts.push(`at least ${kind.minimum}`);
  if (kind.maximum !== undefined && kind.maximum !== Number.MAX_SAFE_INTEGER) parts.push(`at most ${kind.maximum}`);
  if (kind.type === 'number' && kind.above !== undefined) parts.push(`above ${kind.above}`);
  if (kind.type === 'number' && kind.below !== undefined) parts.push(`below ${kind.below}`);
  return parts.join(' and ');
}

function parseNumber(kind: SettingKind & { type: 'integer' | 'number' }, raw: unknown): number | undefined {
  const text = String(raw).trim();
  const value = typeof raw === 'number' ? raw : text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || (kind.type === 'integer' && !Number.isSafeInteger(value))) return undefined;
  if (kind.minimum !== undefined && value < kind.minimum) return undefined;
  if (kind.maximum !== undefined && value > kind.maximum) return undefined;
  if (kind.type === 'number' && kind.above !== undefined && value <= kind.above) return undefined;
  if (kind.type === 'number' && kind.below !== undefined && value >= kind.below) return undefined;
  return value;
}

function parseSwitch(raw: unknown): boolean | undefined {
  if (typeof raw === 'boolean') return raw;
  const known: Record<string, boolean> = { true: true, yes: true, on: true, false: false, no: false, off: false };
  return known[String(raw).toLowerCase()];
}

function parseList(kind: SettingKind & { type: 'list' }, raw: unknown): string[] | number[] | undefined {
  const items = Array.isArray(raw) ? raw : String(raw).split(',');
  const texts = items.map((item) => String(item).trim());
  if (texts.length === 0 || texts.includes('')) return undefined;
  if (kind.of === 'text') return texts.every((text) => kind.choices?.includes(text) ?? true) ? texts : undefined;
  const numbers = texts.map((text) => parseNumber({ type: kind.of }, text));
  return numbers.every((value) => value !== undefined) ? numbers : undefined;
}

/** What a setting accepts, in words. */
export function describeKind(kind: SettingKind): string {
  switch (kind.type) {
    case 'text':
      return 'text';
    case 'path':
      return 'a path';
    case 'switch':
      return 'true or false';
    case 'choice':
      return `one of ${kind.choices.join(', ')}`;
    case 'list':
      if (kind.of === 'text' && kind.choices !== undefined) return `one or several of ${kind.choices.join(', ')}`;
      return `a comma-separated list of ${kind.of === 'text' ? 'names' : `${kind.of}s`.replace('integers', 'whole numbers')}`;
    default: {
      const range = bounds(kind);
      return `a ${kind.type === 'integer' ? 'whole number' : 'number'}${range === '' ? '' : ` ${range}`}`;
    }
  }
}

/**
 * Checks one raw value, as it came from a flag or the config file.
 *
 * @throws UsageError where it does not fit, naming the setting, the value and what would fit.
 */
export function parseSetting(setting: Setting, raw: unknown, source: string): SettingValue {
  const { kind } = setting;
  let value: SettingValue | undefined;
  if (kind.type === 'integer' || kind.type === 'number') value = parseNumber(kind, raw);
  else if (kind.type === 'switch') value = parseSwitch(raw);
  else if (kind.type === 'list') value = parseList(kind, raw);
  else {
    const text = typeof raw === 'object' ? '' : String(raw).trim();
    value = text === '' || (kind.type === 'choice' && !kind.choices.includes(text)) ? undefined : text;
  }
  if (value === undefined) {
    throw new UsageError(`${source}: ${describeKind(kind)} is needed, got ${JSON.stringify(raw)}.`);
  }
  return value;
}

/** The distance of Levenshtein, for "did you mean". */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

function suggestion(name: string, known: readonly string[]): string {
  const [best] = known.map((k) => ({ k, d: editDistance(name, k) })).sort((x, y) => x.d - y.d);
  return best !== undefined && best.d <= 3 ? ` Did you mean "${best.k}"?` : '';
}

/**
 * Merges flags over the config file over defaults, every value checked.
 *
 * @param file - parsed config file, or undefined; keys are setting names, `_` and `-` are the same.
 * @param replaced - flags of the reference that the command has not.
 * @throws UsageError for unknown keys, values that do not fit and required settings that are absent.
 */
export function resolveSettings(
  table: readonly Setting[],
  flags: Readonly<Record<string, unknown>>,
  file?: { readonly path: string; readonly values: Readonly<Record<string, unknown>> },
  replaced: readonly ReplacedFlag[] = [],
): Settings {
  const byName = new Map(table.map((setting) => [setting.name, setting]));
  const resolved = new Map<string, SettingValue>();
  for (const setting of table) if (setting.default !== undefined) resolved.set(setting.name, setting.default);
  for (const [key, raw] of Object.entries(file?.values ?? {})) {
    const name = key.replaceAll('_', '-');
    const setting = byName.get(name);
    if (setting === undefined) {
      const known = replaced.find((flag) => flag.name === name);
      if (known !== undefined) throw replacedError(`${file!.path}: "${key}"`, known);
      throw new UsageError(
        `${file!.path}: "${key}" is no setting of this command.${suggestion(name, [...byName.keys()])}`,
      );
    }
    if (raw !== null && raw !== undefined) resolved.set(name, parseSetting(setting, raw, `${file!.path}: ${key}`));
  }
  for (const [name, raw] of Object.entries(flags)) {
    const setting = byName.get(name);
    if (setting !== undefined && raw !== undefined) resolved.set(name, parseSetting(setting, raw, `--${name}`));
  }
  const absent = table.filter((setting) => setting.required && !resolved.has(setting.name));
  if (absent.length > 0) {
    const names = absent.map((setting) => `--${setting.name}`).join(', ');
    const [verb, remedy] = absent.length === 1 ? ['is', 'it as a flag'] : ['are', 'them as flags'];
    throw new UsageError(`${names} ${verb} needed. Give ${remedy} or in the --config file.`);
  }
  return resolved;
}
