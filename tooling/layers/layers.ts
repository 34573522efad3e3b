// The edges that may exist, as layers.json draws them, and the judgement of a graph by them. Reads no source file.
import { readFileSync } from 'node:fs';

/** Who may depend on whom, by name. A name that is not a key must not exist. */
export type Graph = Readonly<Record<string, readonly string[]>>;

/** Content of layers.json. */
export interface Layers {
  /** Edges between packages, `@seq/native` included. */
  readonly packages: Graph;
  /** The only files that may import `@seq/native`, as paths from the root of the repository. */
  readonly nativeBindings: readonly string[];
  /** Second entries of packages, which other packages may import. */
  readonly subpaths: readonly string[];
  /** Edges between crates. */
  readonly crates: Graph;
  /** Crates that every crate may have as a dev-dependency, and none as anything else. */
  readonly developmentCrates: readonly string[];
}

/** One edge that was found, and where. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** File it was found in, from the root of the repository. */
  readonly where: string;
}

/** The edges of this repository. */
export function readLayers(): Layers {
  return JSON.parse(readFileSync(new URL('./layers.json', import.meta.url), 'utf8')) as Layers;
}

/** A sentence for each edge that is not drawn. */
export function undrawnEdges(edges: readonly Edge[], drawn: Graph): string[] {
  return edges
    .filter(({ from, to }) => !drawn[from]?.includes(to))
    .map(({ from, to, where }) => `${where}: ${from} must not depend on ${to} (draw the edge in layers.json first)`);
}

/** A sentence for each name that exists but is not drawn, or is drawn but does not exist. */
export function unknownNames(names: readonly string[], drawn: Graph): string[] {
  const targets = Object.values(drawn).flat();
  return [
    ...names.filter((name) => drawn[name] === undefined).map((name) => `${name} is not drawn in layers.json`),
    ...[...new Set([...Object.keys(drawn), ...targets])]
      .filter((name) => !names.includes(name))
      .map((name) => `${name} is drawn in layers.json but does not exist`),
  ];
}

/** The first cycle of a graph as a path that ends where it starts, such as `a → b → a`; undefined if there is none. */
export function findCycle(graph: Graph): string | undefined {
  const finished = new Set<string>();
  const visit = (name: string, path: readonly string[]): string | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name].join(' → ');
    if (finished.has(name)) return undefined;
    for (const next of graph[name] ?? []) {
      const cycle = visit(next, [...path, name]);
      if (cycle !== undefined) return cycle;
    }
    finished.add(name);
    return undefined;
  };
  for (const name of Object.keys(graph)) {
    const cycle = visit(name, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** The graph that a list of edges makes. */
export function graphOf(edges: readonly Edge[]): Graph {
  const graph: Record<string, string[]> = {};
  for (const { from, to } of edges) {
    graph[from] ??= [];
    graph[from].push(to);
  }
  return graph;
}
