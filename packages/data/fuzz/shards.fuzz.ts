// Damaged shard folders: one file changed, with the checksums as they were, or made to fit, so that the damage goes deeper.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFeatureTable, openFeatureTable, sourceOfTable, tableOfSource, writeShards } from '@seq/data';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';

interface DamagedFolder {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly isSigned: boolean;
}

const whole = await wholeFolder();

/** The files of a small shard folder, by name. */
async function wholeFolder(): Promise<ReadonlyMap<string, Uint8Array>> {
  const place = mkdtempSync(join(tmpdir(), 'seq-fuzz-'));
  try {
    const folder = join(place, 'shards');
    const table = buildFeatureTable({
      sampleIds: ['s1', 's2', 's3', 's4'],
      featureIds: ['f1', 'f2', 'f3'],
      samples: Uint32Array.of(0, 0, 1, 3, 3),
      features: Uint32Array.of(0, 2, 1, 0, 1),
      counts: Float64Array.of(5, 1, 7, 2, 3),
      taxonomy: [['k__A', 'p__B'], [], ['k__A']],
      sampleMetadata: new Map([['site', ['gut', null, 'skin', 'gut']]]),
    });
    await writeShards(sourceOfTable(table), folder, { samplesPerBatch: 2 });
    return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The manifest for a folder in which one file is another. */
function signed({ file, bytes }: DamagedFolder): Uint8Array {
  const manifest = JSON.parse(Buffer.from(whole.get('manifest.json')!).toString()) as {
    readonly shards: {
      file: string;
      bytes: number;
      sha256: string;
      batches: { offset: number; bytes: number; sha256: string }[];
    }[];
    readonly features: { file: string; bytes: number; sha256: string };
    readonly samples: { file: string; bytes: number; sha256: string };
  };
  for (const described of [manifest.features, manifest.samples, ...manifest.shards]) {
    if (described.file === file) Object.assign(described, { bytes: bytes.length, sha256: sha256(bytes) });
  }
  for (const shard of manifest.shards) {
    if (shard.file !== file) continue;
    for (const batch of shard.batches) {
      batch.sha256 = sha256(bytes.subarray(batch.offset, batch.offset + batch.bytes));
    }
  }
  return Buffer.from(JSON.stringify(manifest));
}

const target: FuzzTarget<DamagedFolder> = {
  name: 'data/shards',
  generate: (random) => {
    const file = random.pick([...whole.keys()]);
    return { file, bytes: random.damaged(whole.get(file)!), isSigned: random.chance(0.7) };
  },
  run: async (damaged) => {
    const folder = mkdtempSync(join(tmpdir(), 'seq-fuzz-'));
    try {
      for (const [name, bytes] of whole) writeFileSync(join(folder, name), bytes);
      if (damaged.isSigned && damaged.file !== 'manifest.json') {
        writeFileSync(join(folder, 'manifest.json'), signed(damaged));
      }
      writeFileSync(join(folder, damaged.file), damaged.bytes);
      await using source = await openFeatureTable(folder);
      const table = await tableOfSource(source);
      const reads = await source.sampleReads();
      if (table.sampleCount !== 4 || reads?.length !== 4) throw new Error('a table of another size');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default target;
