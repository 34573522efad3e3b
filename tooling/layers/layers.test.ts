// Holds the edges of layers.json: between packages, between crates, and at the native addon.
import { describe, expect, it } from 'vitest';
import { cargoEdges } from './cargo-edges.js';
import { importFindings } from './import-edges.js';
import { findCycle, graphOf, readLayers, undrawnEdges, unknownNames } from './layers.js';
import { foldersWith, packageFrom, repositoryText, sourcesBelow } from './repository.js';

const layers = readLayers();

describe('packages', () => {
  const folders = [...foldersWith('package.json', 'packages'), 'crates/seq-node'];
  const packages = folders.map((folder) => packageFrom(repositoryText(`${folder}/package.json`), folder));
  const judged = packages
    .filter(({ folder }) => folder.startsWith('packages/'))
    .flatMap((owner) =>
      sourcesBelow(owner.folder)
        .filter(({ path }) => !path.endsWith('/tsup.config.ts'))
        .map((source) => importFindings(source, owner, layers)),
    );

  it('packages and layers.json name each other', () => {
    expect(
      unknownNames(
        packages.map(({ name }) => name),
        layers.packages,
      ),
    ).toEqual([]);
  });

  it('manifests have only drawn edges', () => {
    const edges = packages.flatMap((found) => found.edges);
    expect(edges.length).toBeGreaterThan(10);
    expect(undrawnEdges(edges, layers.packages)).toEqual([]);
    expect(findCycle(graphOf(edges))).toBeUndefined();
  });

  it('imports have only drawn edges, and none is deep, undeclared or beside the native bindings', () => {
    expect(judged.length).toBeGreaterThan(packages.length);
    expect(
      undrawnEdges(
        judged.flatMap(({ edges }) => edges),
        layers.packages,
      ),
    ).toEqual([]);
    expect(judged.flatMap(({ violations }) => violations)).toEqual([]);
  });

  it('layers.json draws no cycle', () => {
    expect(findCycle(layers.packages)).toBeUndefined();
    expect(findCycle(layers.crates)).toBeUndefined();
  });
});

describe('examples and tooling', () => {
  const folders = [...foldersWith('package.json', 'examples'), 'tooling'];
  const owners = folders.map((folder) => packageFrom(repositoryText(`${folder}/package.json`), folder));

  it('use packages by their names, as a user does', () => {
    const violations = owners.flatMap((owner) =>
      sourcesBelow(owner.folder)
        .flatMap(
          (source) => importFindings(source, owner, { nativeBindings: [], subpaths: layers.subpaths }).violations,
        )
        .filter((violation) => /deep import|leaves the package|@seq\/native/.test(violation)),
    );
    expect(violations).toEqual([]);
  });
});

describe('crates', () => {
  const crates = foldersWith('Cargo.toml', 'crates').map((folder) =>
    cargoEdges(repositoryText(`${folder}/Cargo.toml`), `${folder}/Cargo.toml`),
  );

  it('crates and layers.json name each other', () => {
    expect(
      unknownNames(
        crates.map(({ name }) => name),
        layers.crates,
      ),
    ).toEqual([]);
  });

  it('have only drawn edges, and test crates only as dev-dependencies', () => {
    const edges = crates.flatMap(({ normal }) => normal);
    expect(edges.length).toBeGreaterThan(3);
    expect(undrawnEdges(edges, layers.crates)).toEqual([]);
    expect(findCycle(graphOf(edges))).toBeUndefined();
    const forTests = crates
      .flatMap(({ development }) => development)
      .filter(({ to }) => !layers.developmentCrates.includes(to));
    expect(undrawnEdges(forTests, layers.crates)).toEqual([]);
  });
});
