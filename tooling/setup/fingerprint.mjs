// Decides whether a step is up to date: by the content of its inputs, and by outputs that nobody touched since.
// Knows no step by name.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const ignoredFolders = new Set(['node_modules', 'dist', 'target', '.git']);

/** Every file below the given files and folders, sorted; paths are relative to `base`, missing ones are left out. */
export function inputFiles(base, paths, { only = () => true } = {}) {
  const found = [];
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (!statSync(path).isDirectory()) {
      const name = relative(base, path).split(sep).join('/');
      if (only(name)) found.push(name);
      return;
    }
    for (const entry of readdirSync(path)) if (!ignoredFolders.has(entry)) visit(join(path, entry));
  };
  for (const path of paths) visit(join(base, path));
  return [...new Set(found)].sort();
}

/** Hash over names and contents of files, and over anything else that matters, such as versions. */
export function contentHash(base, files, extra = []) {
  const hash = createHash('sha256');
  for (const text of extra) hash.update(`${text}\0`);
  for (const file of files) {
    const content = readFileSync(join(base, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function outputState(base, outputs) {
  return outputs.map((path) => {
    const found = statSync(join(base, path), { throwIfNoEntry: false });
    return found === undefined ? `${path} missing` : `${path} ${found.size} ${found.mtimeMs}`;
  });
}

/** Remembers, per step, the inputs it last ran with and the outputs it left. */
export class Stamps {
  #base;
  #folder;

  constructor(base, folder) {
    this.#base = base;
    this.#folder = folder;
  }

  #path(step) {
    return join(this.#base, this.#folder, `${step.replace(/[^a-z0-9-]/gi, '-')}.json`);
  }

  /** Whether the step ran with exactly these inputs and its outputs are as it left them. */
  isCurrent(step, hash, outputs) {
    const path = this.#path(step);
    if (!existsSync(path)) return false;
    const state = outputState(this.#base, outputs);
    if (state.some((line) => line.endsWith(' missing'))) return false;
    return readFileSync(path, 'utf8') === JSON.stringify({ hash, outputs: state });
  }

  /** Says that the step has just run with these inputs. */
  write(step, hash, outputs) {
    const path = this.#path(step);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify({ hash, outputs: outputState(this.#base, outputs) }));
  }
}
