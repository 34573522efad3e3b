// The matrix, groups and numbers of scikit-bio that the tests of ordinations and of groups share.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { DistanceMatrix } from '../src/index.js';

/** A file beside the tests. */
export const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** Principal coordinates by scikit-bio. */
export interface KnownPcoa {
  readonly eigenvalues: readonly number[];
  readonly proportionExplained: readonly number[];
  readonly coordinates: readonly number[];
}

/** Numbers of scikit-bio for {@link matrix}. */
export const known = JSON.parse(await readFile(fixture('ordination.json'), 'utf8')) as {
  readonly condensed: readonly number[];
  readonly all: KnownPcoa;
  readonly three: KnownPcoa;
  readonly rawEigenvalues: readonly number[];
  readonly groups: readonly string[];
  readonly pseudoF: number;
  readonly pValue9999: number;
};

/** Samples s0 to s8. */
export const ids: readonly string[] = Array.from({ length: 9 }, (_, i) => `s${i}`);

/** Bray-Curtis distances of nine samples. */
export const matrix: DistanceMatrix = new DistanceMatrix(ids, Float64Array.from(known.condensed));

/** Distances between points in the plane, which two axes hold entirely. */
export function flat(size: number): DistanceMatrix {
  const points = Array.from({ length: size }, (_, i) => [Math.sin(i * 7), Math.cos(i * i) / 2] as const);
  const condensed: number[] = [];
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      condensed.push(Math.hypot(points[i]![0] - points[j]![0], points[i]![1] - points[j]![1]));
    }
  }
  const names = Array.from({ length: size }, (_, i) => `p${i}`);
  return new DistanceMatrix(names, Float64Array.from(condensed));
}

/** Fails unless every number lies within the tolerance of the wanted one; NaN never does. */
export function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-12): void {
  expect(found.length).toBe(wanted.length);
  for (let at = 0; at < wanted.length; at++) {
    if (!(Math.abs(found[at]! - wanted[at]!) <= tolerance)) expect.fail(`${at}: ${found[at]} and not ${wanted[at]}`);
  }
}
