// Shows on made-up inputs that each rule of the edges test can fail.
import { describe, expect, it } from 'vitest';
import { cargoEdges } from './cargo-edges.js';
import { importedModules, importFindings, type Owner } from './import-edges.js';
import { findCycle, graphOf, undrawnEdges, unknownNames } from './layers.js';
import { packageFrom } from './repository.js';

const rules = { nativeBindings: ['packages/data/src/native.ts'], subpaths: ['@seq/unifrac/trees'] };
const data: Owner = { name: '@seq/data', folder: 'packages/data', declared: ['@seq/native', 'h5wasm'] };

function judge(text: string, path = 'packages/data/src/rarefy.ts'): readonly string[] {
  return importFindings({ path, text }, data, rules).violations;
}

describe('undrawnEdges', () => {
  it('names the edge and the file', () => {
    const edges = [
      { from: 'a', to: 'b', where: 'a/package.json' },
      { from: 'b', to: 'a', where: 'b/src/x.ts' },
      { from: 'c', to: 'a', where: 'c/src/x.ts' },
    ];
    expect(undrawnEdges(edges, { a: ['b'], b: [] })).toEqual([
      'b/src/x.ts: b must not depend on a (draw the edge in layers.json first)',
      'c/src/x.ts: c must not depend on a (draw the edge in layers.json first)',
    ]);
  });
});

describe('unknownNames', () => {
  it('finds names on one side only', () => {
    expect(unknownNames(['a', 'new'], { a: ['gone'] })).toEqual([
      'new is not drawn in layers.json',
      'gone is drawn in layers.json but does not exist',
    ]);
  });
});

describe('findCycle', () => {
  it('finds a cycle of any length, and none in a diamond', () => {
    expect(findCycle({ a: ['a'] })).toBe('a → a');
    expect(findCycle({ x: ['a'], a: ['b'], b: ['c'], c: ['a'] })).toBe('a → b → c → a');
    expect(findCycle({ top: ['l', 'r'], l: ['bottom'], r: ['bottom'], bottom: [] })).toBeUndefined();
  });

  it('finds a cycle that edges make', () => {
    const edges = [
      { from: 'a', to: 'b', where: '' },
      { from: 'b', to: 'a', where: '' },
    ];
    expect(findCycle(graphOf(edges))).toBe('a → b → a');
  });
});

describe('importedModules', () => {
  it('sees every form of import', () => {
    const text = [
      "import a from 'a';",
      "import type { B } from 'b';",
      "export { c } from 'c';",
      "export * from 'd';",
      "const e = await import('e');",
      "type F = import('f').F;",
      "import 'g';",
      "// import 'comment';",
      'const text = "import \'string\'";',
    ].join('\n');
    expect(importedModules(text).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  });
});

describe('importFindings', () => {
  it('lets a package use its own files, Node and what it declares', () => {
    expect(judge("import './split.js'; import 'node:fs'; import 'h5wasm'; import 'h5wasm/node';")).toEqual([]);
  });

  it('lets a package use the drawn second entry of another one, and no other file of it', () => {
    const train: Owner = { name: '@seq/train', folder: 'packages/train', declared: ['@seq/unifrac'] };
    const judged = (module: string): readonly string[] =>
      importFindings({ path: 'packages/train/src/x.ts', text: `import '${module}';` }, train, rules).violations;
    expect(judged('@seq/unifrac/trees')).toEqual([]);
    expect(judged('@seq/unifrac/roots')).toHaveLength(1);
  });

  it('reports edges for types, too', () => {
    const { edges } = importFindings(
      { path: 'packages/data/src/x.ts', text: "import type { A } from '@seq/train';" },
      data,
      rules,
    );
    expect(edges).toEqual([{ from: '@seq/data', to: '@seq/train', where: 'packages/data/src/x.ts' }]);
  });

  it.each([
    ["import '@seq/tensor/dist/index.js';", 'deep import'],
    ["import '../../tensor/src/tensor.js';", 'leaves the package'],
    ["import './index.js';", 'own index'],
    ["import '@seq/data';", 'package itself'],
    ["import 'lodash';", 'not among the dependencies'],
    ["import '@seq/unifrac';", 'not among the dependencies'],
    ["import 'fs';", 'node:fs'],
    ["import '@seq/native';", 'only by packages/data/src/native.ts'],
  ])('refuses %s in a source file', (text, reason) => {
    expect(judge(text)).toHaveLength(1);
    expect(judge(text)[0]).toContain(reason);
  });

  it('lets the native bindings, and only them, import the addon', () => {
    expect(judge("import { native } from '@seq/native';", 'packages/data/src/native.ts')).toEqual([]);
    expect(judge("import { native } from '@seq/native';", 'packages/data/test/native.test.ts')).toHaveLength(1);
    expect(judge("const { native } = await import('@seq/native');", 'packages/data/src/table.ts')).toHaveLength(1);
  });

  it('lets tests use the index and the tools of the root, but no other package in secret', () => {
    const test = 'packages/data/test/rarefy.test.ts';
    expect(judge("import 'vitest'; import '@seq/data'; import '../src/index.js';", test)).toEqual([]);
    expect(judge("import '@seq/train';", test)).toHaveLength(1);
    expect(judge("import '../../train/src/trainer.js';", test)).toHaveLength(1);
  });

  it('lets tests, benches and fuzz targets use what the tooling has for them', () => {
    const bench = 'packages/data/bench/rarefy.bench.ts';
    expect(judge("import type { Bench } from '../../../tooling/bench/bench.js';", bench)).toEqual([]);
    expect(judge("import '../../../tooling/setup/steps.mjs';", bench)).toHaveLength(1);
    expect(judge("import '../../../tooling/bench/bench.js';")).toHaveLength(1);
  });
});

describe('packageFrom', () => {
  it('takes edges from every kind of dependency', () => {
    const manifest = {
      name: '@seq/a',
      dependencies: { '@seq/b': '', zod: '' },
      peerDependencies: { '@seq/c': '' },
      optionalDependencies: { '@seq/d': '' },
      devDependencies: { '@seq/e': '', vitest: '' },
    };
    const found = packageFrom(JSON.stringify(manifest), 'packages/a');
    expect(found.edges.map(({ to }) => to)).toEqual(['@seq/b', '@seq/c', '@seq/d', '@seq/e']);
    expect(found.declared).not.toContain('@seq/e');
  });
});

describe('cargoEdges', () => {
  const manifest = `
[package]
name = "seq-a"
description = "seq-nothing = 1"

[dependencies]
seq-b.workspace = true # not seq-x
rayon = "1"
other = { package = "seq-c", path = "../seq-c" }

[dependencies.seq-d]
path = "../seq-d"

[target.'cfg(unix)'.dependencies]
seq-e = { path = "../seq-e" }

[build-dependencies]
seq-f = "0"

[dev-dependencies]
seq-testing.workspace = true

[features]
seq-g = []
`;

  it('finds edges in every section of dependencies, renamed ones included', () => {
    const { name, normal, development } = cargoEdges(manifest, 'crates/seq-a/Cargo.toml');
    expect(name).toBe('seq-a');
    expect(normal.map(({ to }) => to)).toEqual(['seq-b', 'seq-c', 'seq-d', 'seq-e', 'seq-f']);
    expect(development.map(({ to }) => to)).toEqual(['seq-testing']);
  });
});
