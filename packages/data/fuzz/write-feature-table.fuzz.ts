// Tables with odd ids, ranks and counts, written in every format: read back as they were, or refused.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  buildFeatureTable,
  type FeatureTable,
  type FeatureTableFormat,
  featureTableFormats,
  readFeatureTable,
  writeFeatureTable,
} from '@seq/data';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';
import type { Random } from '../../../tooling/fuzz/random.js';

interface Input {
  readonly format: FeatureTableFormat;
  readonly sampleIds: readonly string[];
  readonly featureIds: readonly string[];
  readonly counts: readonly number[];
  readonly taxonomy: readonly (readonly string[])[] | undefined;
}

const letters = 'aB0 \t\n\r"#;|,äé\u{1F9EC}\ud83e\0\u0001/.\uFEFF';

function ids(random: Random): string[] {
  const all = random.list(1, 5, () => (random.chance(0.5) ? random.text(4, 'abc/ä') : random.text(5, letters)));
  return [...new Set(all.filter((id) => id !== ''))];
}

const target: FuzzTarget<Input> = {
  name: 'data/write-feature-table',
  generate: (random) => {
    const [sampleIds, featureIds] = [ids(random), ids(random)];
    const count = (): number =>
      random.chance(0.4) ? 0 : random.chance(0.8) ? random.integer(1, 9) : random.oddNumber();
    const ranks = (): string[] => random.list(0, 3, () => random.text(4, random.chance(0.9) ? 'kp_AB' : letters));
    return {
      format: random.pick(featureTableFormats),
      sampleIds,
      featureIds,
      counts: sampleIds.flatMap(() => featureIds.map(count)),
      taxonomy: random.chance(0.5) ? undefined : featureIds.map(ranks),
    };
  },
  run: async ({ format, sampleIds, featureIds, counts, taxonomy }) => {
    const table = buildFeatureTable({
      sampleIds,
      featureIds,
      samples: Uint32Array.from(counts, (_, i) => Math.floor(i / featureIds.length)),
      features: Uint32Array.from(counts, (_, i) => i % featureIds.length),
      counts: Float64Array.from(counts),
      taxonomy,
    });
    const place = mkdtempSync(join(tmpdir(), 'seq-fuzz-'));
    try {
      const path = join(place, 'table');
      await writeFeatureTable(table, path, { format });
      const again = await readFeatureTable(path);
      if (!isDeepStrictEqual(partsOf(again), partsOf(table))) throw new Error(`${format} gave another table back`);
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  },
};

/** Readers trim ranks and leave empty ones out, so these are no difference. */
const partsOf = ({ sampleIds, featureIds, sampleOffsets, featureIndices, counts, taxonomy }: FeatureTable) => ({
  sampleIds,
  featureIds,
  entries: [sampleOffsets, featureIndices, counts].map((list) => Array.from(list)),
  taxonomy: taxonomy?.map((ranks) => ranks.map((rank) => rank.trim()).filter((rank) => rank !== '')),
});

export default target;
