// Finds the JSON files of a vector folder, with the tensors that lie beside them.
// Knows the file format, not what any topic means.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { readVectorTensors, type VectorTensor } from './safetensors.js';

/** One JSON file of a vector folder. */
export interface Vector<Content = Record<string, unknown>> {
  /** Path of the file relative to the folder, `/` between parts, without `.json`: `biom/expected`. */
  readonly name: string;
  /** Parsed JSON; the bare words NaN, Infinity and -Infinity are numbers. */
  readonly content: Content;
  /** Absolute path of another file that the JSON names, relative to the folder of the JSON file. */
  path(file: string): string;
  /** Tensors of the safetensors file of the same name; empty if there is none. Read anew on each call. */
  tensors(): ReadonlyMap<string, VectorTensor>;
}

/** Every JSON vector under a folder, by name. */
export function* jsonVectors<Content = Record<string, unknown>>(directory: string): Generator<Vector<Content>> {
  for (const name of jsonNames(directory)) yield openVector<Content>(directory, name);
}

/** Names of every JSON file under a folder, sorted; see {@link Vector.name}. */
export function jsonNames(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => path.split(sep).join('/').slice(0, -'.json'.length))
    .sort();
}

/** One vector of a folder by name. */
export function openVector<Content = Record<string, unknown>>(directory: string, name: string): Vector<Content> {
  const base = join(directory, name);
  const folder = join(base, '..');
  return {
    name,
    content: parsePythonJson(readFileSync(`${base}.json`, 'utf8'), `${base}.json`) as Content,
    path: (file) => {
      const path = join(folder, file);
      if (!existsSync(path)) throw new Error(`${name}: the file "${relative(directory, path)}" is missing.`);
      return path;
    },
    tensors: () => (existsSync(`${base}.safetensors`) ? readVectorTensors(`${base}.safetensors`) : new Map()),
  };
}

const BARE_WORD = /"[^"\\]*(?:\\.[^"\\]*)*"|-?Infinity|NaN/g;
const MARK = '\u0000number:';

/** Parses JSON as Python writes it, where NaN, Infinity and -Infinity may stand for numbers. */
export function parsePythonJson(text: string, where = 'JSON'): unknown {
  const strict = text.replace(BARE_WORD, (found) => (found[0] === '"' ? found : `"\\u0000number:${found}"`));
  try {
    return JSON.parse(strict, (_key, value: unknown) =>
      typeof value === 'string' && value.startsWith(MARK) ? Number(value.slice(MARK.length)) : value,
    );
  } catch (cause) {
    throw new Error(`${where}: not valid JSON (${(cause as Error).message}).`, { cause });
  }
}
