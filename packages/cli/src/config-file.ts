// Reads a settings file: YAML or JSON by its ending, data only, nothing in it is executed.
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { UsageError } from './failure.js';

/**
 * Reads a config file into plain values.
 *
 * @throws UsageError where it cannot be parsed, with line and column, or is no mapping of settings.
 */
export async function readConfigFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const ending = extname(path).toLowerCase();
  if (!['.yaml', '.yml', '.json'].includes(ending)) {
    throw new UsageError(`--config: a .yaml, .yml or .json file is needed, got ${path}.`);
  }
  const text = await readFile(path, 'utf8');
  const { parse } = await import('yaml');
  let values: unknown;
  try {
    values = parse(text);
  } catch (cause) {
    throw new UsageError(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (values === null || values === undefined) return {};
  if (typeof values !== 'object' || Array.isArray(values)) {
    throw new UsageError(
      `${path}: settings as "name: value" lines are needed, got ${Array.isArray(values) ? 'a list' : typeof values}.`,
    );
  }
  return values as Record<string, unknown>;
}
