// Finds the edges between crates in Cargo.toml files. Knows no allowed edge.
import type { Edge } from './layers.js';

/** Edges of one Cargo.toml, apart by whether they only serve tests. */
export interface CargoEdges {
  readonly name: string;
  /** From `dependencies` and `build-dependencies`, for any target. */
  readonly normal: readonly Edge[];
  /** From `dev-dependencies`. */
  readonly development: readonly Edge[];
}

/** Reads the edges to crates of this repository (named `seq-...`), renamed ones included. */
export function cargoEdges(text: string, where: string): CargoEdges {
  const name = /^\[package\][^[]*?^name\s*=\s*"([^"]+)"/ms.exec(text)?.[1];
  if (name === undefined) throw new Error(`${where}: no package name found.`);
  const normal: Edge[] = [];
  const development: Edge[] = [];
  let section = '';
  for (const line of text.split('\n').map((raw) => raw.replace(/#.*$/, '').trim())) {
    section = /^\[(.+)\]$/.exec(line)?.[1] ?? section;
    const kind = /(^|\.)(dev-|build-)?dependencies($|\.)/.exec(section)?.[2];
    if (!/(^|\.)(dev-|build-)?dependencies($|\.)/.test(section)) continue;
    const crate = crateOf(line, section);
    if (crate !== undefined) (kind === 'dev-' ? development : normal).push({ from: name, to: crate, where });
  }
  return { name, normal, development };
}

/** Crate that a line of a dependency section names: as its key, behind `package =`, or in a header `[dependencies.x]`. */
function crateOf(line: string, section: string): string | undefined {
  const renamed = /\bpackage\s*=\s*"(seq-[^"]+)"/.exec(line)?.[1];
  if (renamed !== undefined) return renamed;
  if (line === `[${section}]`) return /dependencies\.(seq-[\w-]+)$/.exec(section)?.[1];
  return /^"?(seq-[\w-]+)"?\s*[.=]/.exec(line)?.[1];
}
