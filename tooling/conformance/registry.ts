// Finds the vector sets: one module per topic in sets/, so that a new topic edits no list.
import { readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { VectorSet } from './vector-set.js';

/** A topic without its number: `10_diversity` → `diversity`. */
export function topicOf(folder: string): string {
  return folder.replace(/^\d+[_-]/, '');
}

/** The sets by topic, and the modules that could not be loaded: those fail the run, since their folder would vanish. */
export interface Registry {
  readonly sets: ReadonlyMap<string, VectorSet>;
  readonly broken: readonly { readonly file: string; readonly reason: string }[];
}

const setsFolder: string = fileURLToPath(new URL('./sets/', import.meta.url));

/** Loads every module of a folder; each must export one set as `vectorSet`. Shared code of sets belongs in subfolders. */
export async function loadRegistry(directory: string = setsFolder): Promise<Registry> {
  const sets = new Map<string, VectorSet>();
  const broken: { file: string; reason: string }[] = [];
  const files = readdirSync(directory).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  for (const file of files.sort()) {
    try {
      const module: unknown = await import(new URL(file, pathToFileURL(`${directory}/`)).href);
      const { vectorSet } = module as { vectorSet?: VectorSet };
      if (vectorSet === undefined) throw new Error('it exports no vectorSet');
      const topic = topicOf(vectorSet.folder);
      if (sets.has(topic)) throw new Error(`another set reads the topic "${topic}" already`);
      sets.set(topic, vectorSet);
    } catch (error) {
      broken.push({ file, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
  return { sets, broken };
}
