// Files and small values that several tests use. Nothing here is under test.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { buildFeatureTable } from '../src/table/build-feature-table.js';
import type { FeatureTable } from '../src/table/feature-table.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Path of a file of the repository's vectors. */
export const vectorPath = (name: string): string => join(root, 'conformance', name);

/** Path of a file of the demo data. */
export const demoPath = (name: string): string => join(root, 'examples/ecam/data', name);

/** A new folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'seq-data-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file into a folder that is removed when the test ends, and gives its path. */
export function temporaryFile(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** A table from rows of counts, one row per sample; ids s1, s2, ... and f1, f2, ... unless given. */
export function tableOf(
  rows: readonly (readonly number[])[],
  ids: { readonly samples?: readonly string[]; readonly features?: readonly string[] } = {},
): FeatureTable {
  const width = rows[0]?.length ?? 0;
  const entries = rows.flatMap((row, sample) => row.map((count, feature) => ({ sample, feature, count })));
  return buildFeatureTable({
    sampleIds: ids.samples ?? rows.map((_, i) => `s${i + 1}`),
    featureIds: ids.features ?? Array.from({ length: width }, (_, i) => `f${i + 1}`),
    samples: Uint32Array.from(entries, ({ sample }) => sample),
    features: Uint32Array.from(entries, ({ feature }) => feature),
    counts: Float64Array.from(entries, ({ count }) => count),
  });
}

/** The counts of a table as rows, one per sample. */
export function rowsOf(table: FeatureTable): number[][] {
  const rows = table.sampleIds.map(() => table.featureIds.map(() => 0));
  for (let row = 0; row < table.sampleCount; row++) {
    for (let entry = table.sampleOffsets[row]!; entry < table.sampleOffsets[row + 1]!; entry++) {
      rows[row]![table.featureIndices[entry]!] = table.counts[entry]!;
    }
  }
  return rows;
}

/** The code of the SeqError that a call throws; another error is thrown on, and none is an error. */
export async function codeOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (error instanceof Error && error.name === 'SeqError') return (error as Error & { code: string }).code;
    throw error;
  }
  throw new Error('codeOf: the call did not throw.');
}
