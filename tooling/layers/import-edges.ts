// Finds what TypeScript and JavaScript files import, and judges each import by the rules between packages.
// Reads no file itself: sources come as text, so that the rules can be tried on made-up ones.
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import type { Edge, Layers } from './layers.js';

/** A source file of a package. */
export interface Source {
  /** Path from the root of the repository, `/` between parts. */
  readonly path: string;
  readonly text: string;
}

/** What is known of the package that a source belongs to. */
export interface Owner {
  /** Name of the package, such as `@seq/data`. */
  readonly name: string;
  /** Its folder from the root of the repository. */
  readonly folder: string;
  /** Packages its `package.json` declares for run time. */
  readonly declared: readonly string[];
}

/** What imports between packages may name. */
export type ImportRules = Pick<Layers, 'nativeBindings' | 'subpaths'>;

/** Edges of one file, and sentences on imports that no package may have. */
export interface ImportFindings {
  readonly edges: readonly Edge[];
  readonly violations: readonly string[];
}

/** Everything a file imports or re-exports, types and dynamic imports included. */
export function importedModules(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** Whether a file serves tests or measurements only, and may use what the root of the repository installs. */
function isDevelopmentFile(path: string): boolean {
  return /\.(test|bench|fuzz)\.ts$|\/(test|bench|fuzz)\//.test(path);
}

/** Judges the imports of one file of a package. */
export function importFindings(source: Source, owner: Owner, rules: ImportRules): ImportFindings {
  const edges: Edge[] = [];
  const violations: string[] = [];
  for (const module of importedModules(source.text)) {
    const fault = relativeFault(module, source, owner) ?? packageFault(module, source, owner, rules);
    if (fault !== undefined) violations.push(`${source.path}: "${module}" ${fault}`);
    const target = /^@seq\/[^/]+/.exec(module)?.[0];
    if (target !== undefined && target !== owner.name) edges.push({ from: owner.name, to: target, where: source.path });
  }
  return { edges, violations };
}

function relativeFault(module: string, { path }: Source, { folder }: Owner): string | undefined {
  if (!module.startsWith('.')) return undefined;
  const target = posix.join(posix.dirname(path), module);
  if (isDevelopmentFile(path) && /^tooling\/(bench|fuzz|conformance)\//.test(target)) return undefined;
  if (!`${target}/`.startsWith(`${folder}/`)) return 'leaves the package; import the other one by its name';
  const inSources = path.startsWith(`${folder}/src/`);
  if (inSources && target === `${folder}/src/index.js`) return 'is the own index; import the file itself';
  return undefined;
}

function packageFault(
  module: string,
  { path }: Source,
  { name, folder, declared }: Owner,
  { nativeBindings, subpaths }: ImportRules,
): string | undefined {
  if (/^[./]/.test(module) || module.startsWith('node:')) return undefined;
  if (builtinModules.includes(module)) return `is a part of Node; write "node:${module}"`;
  const target = /^(@[^/]+\/)?[^/]+/.exec(module)?.[0] ?? module;
  if (target.startsWith('@seq/') && module !== target && !subpaths.includes(module))
    return 'is a deep import; import the package name';
  if (target === '@seq/native') {
    return nativeBindings.includes(path) ? undefined : `may be imported only by ${nativeBindings.join(', ')}`;
  }
  if (target === name) return path.startsWith(`${folder}/src/`) ? 'is the package itself; import the file' : undefined;
  if (declared.includes(target)) return undefined;
  if (isDevelopmentFile(path) && !target.startsWith('@seq/')) return undefined;
  return 'is not among the dependencies of its package.json';
}
