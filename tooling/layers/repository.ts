// Reads the manifests and sources of this repository for the edges test. Judges nothing.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Owner, Source } from './import-edges.js';
import type { Edge } from './layers.js';

/** Root folder of the repository. */
export const repositoryRoot: string = fileURLToPath(new URL('../../', import.meta.url));

/** A package of the workspace with the edges of its manifest. */
export interface WorkspacePackage extends Owner {
  /** Edges to `@seq` packages, whichever kind of dependency declares them. */
  readonly edges: readonly Edge[];
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Text of a file, by its path from the root. */
export function repositoryText(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8');
}

/** Subfolders of a folder that hold a file of the given name, as paths from the root, sorted. */
export function foldersWith(file: string, parent: string): string[] {
  if (!existsSync(join(repositoryRoot, parent))) return [];
  return readdirSync(join(repositoryRoot, parent))
    .map((entry) => `${parent}/${entry}`)
    .filter((folder) => existsSync(join(repositoryRoot, folder, file)))
    .sort();
}

/** A package by the text of its manifest. */
export function packageFrom(text: string, folder: string): WorkspacePackage {
  const manifest = JSON.parse(text) as Manifest;
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } = manifest;
  const declared = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
  const edges = [...declared, ...Object.keys(devDependencies ?? {})]
    .filter((name) => name.startsWith('@seq/'))
    .map((to) => ({ from: manifest.name, to, where: `${folder}/package.json` }));
  return { name: manifest.name, folder, declared, edges };
}

/** Every TypeScript and JavaScript file below a folder, installed and built ones left out. */
export function sourcesBelow(folder: string): Source[] {
  return readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.split(sep).join('/')}`)
    .filter((path) => /\.(ts|mts|js|mjs)$/.test(path) && !/\/(node_modules|dist)\//.test(path))
    .sort()
    .map((path) => ({ path, text: repositoryText(path) }));
}
