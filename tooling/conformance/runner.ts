// Runs the sets over a folder of vectors and counts. Prints nothing; knows no set by name.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Check } from './check.js';
import { type Registry, topicOf } from './registry.js';
import type { VectorCase, VectorSet } from './vector-set.js';
import { jsonNames } from './vectors.js';

/** What became of one case, or of one JSON file that has no case. Names are `topic/case`. */
export type Outcome =
  | { readonly name: string; readonly kind: 'passed' }
  | { readonly name: string; readonly kind: 'failed'; readonly lines: readonly string[] }
  | { readonly name: string; readonly kind: 'skipped'; readonly reason: string };

/** What to run, and who listens. */
export interface RunVectorsOptions {
  /** Runs only cases whose `topic/case` contains this text. Default: all. */
  readonly only?: string | undefined;
  /** Called after each outcome, in order. Default: nobody. */
  readonly onOutcome?: (outcome: Outcome) => void;
}

/** Runs every set over the folder of its topic in `directory`, or over `directory` itself if its name is a topic. */
export async function runVectors(
  directory: string,
  registry: Registry,
  { only = '', onOutcome = () => {} }: RunVectorsOptions = {},
): Promise<readonly Outcome[]> {
  if (!existsSync(directory)) throw new Error(`conformance: the folder "${directory}" does not exist.`);
  const outcomes: Outcome[] = [];
  const keep = (outcome: Outcome): void => {
    outcomes.push(outcome);
    onOutcome(outcome);
  };
  for (const { file, reason } of registry.broken) {
    if (!topicOfFile(file).includes(only.split('/')[0] ?? '')) continue;
    keep({ name: `sets/${file}`, kind: 'failed', lines: [`could not be loaded: ${reason}`] });
  }
  for (const folder of topicFolders(directory, registry)) {
    const topic = topicOf(basename(folder));
    const set = registry.sets.get(topic);
    const run = set === undefined ? skipFolder(topic, folder) : runSet(topic, folder, set, only);
    for await (const outcome of run) if (outcome.name.includes(only)) keep(outcome);
  }
  return outcomes;
}

/** Topic that a module of sets/ reads, by its name: `losses-metrics.ts` → `losses_metrics`. */
function topicOfFile(file: string): string {
  return file.slice(0, -'.ts'.length).replaceAll('-', '_');
}

function topicFolders(directory: string, { sets }: Registry): string[] {
  if (sets.has(topicOf(basename(directory)))) return [directory];
  return readdirSync(directory)
    .sort()
    .map((entry) => join(directory, entry))
    .filter((path) => statSync(path).isDirectory() && jsonNames(path).length > 0);
}

async function* skipFolder(topic: string, folder: string): AsyncGenerator<Outcome> {
  const reason = `no set reads the topic "${topic}" yet`;
  for (const name of jsonNames(folder)) yield { name: `${topic}/${name}`, kind: 'skipped', reason };
}

async function* runSet(topic: string, folder: string, set: VectorSet, only: string): AsyncGenerator<Outcome> {
  const unread = new Set(jsonNames(folder));
  const seen = new Set<string>();
  try {
    for await (const vectorCase of set.cases(folder)) {
      const name = `${topic}/${vectorCase.name}`;
      for (const json of unread) if (`${vectorCase.name}/`.startsWith(`${json}/`)) unread.delete(json);
      if (seen.has(name)) yield { name, kind: 'failed', lines: ['the set has two cases of this name'] };
      else if (name.includes(only)) yield await runCase(name, vectorCase);
      seen.add(name);
    }
  } catch (error) {
    yield { name: topic, kind: 'failed', lines: [`the set could not list its cases: ${described(error)}`] };
    return;
  }
  for (const json of unread) {
    yield { name: `${topic}/${json}`, kind: 'skipped', reason: 'no case of the set reads this file' };
  }
}

async function runCase(name: string, vectorCase: VectorCase): Promise<Outcome> {
  if ('unsupported' in vectorCase) return { name, kind: 'skipped', reason: vectorCase.unsupported };
  const check = new Check();
  const lines: string[] = [];
  try {
    await vectorCase.run(check);
    if (check.comparisons === 0) lines.push('made no comparison');
  } catch (error) {
    lines.push(`threw ${described(error)}`);
  }
  lines.unshift(...check.failures);
  return lines.length === 0 ? { name, kind: 'passed' } : { name, kind: 'failed', lines };
}

function described(error: unknown): string {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
}
