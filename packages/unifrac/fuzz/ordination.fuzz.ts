// Damaged and made-up files of ordinations: what is read fits together and survives being written.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';
import { readOrdination, writeOrdination } from '../src/index.js';

const folder = new URL('../test/fixtures/', import.meta.url);
const scratch = mkdtempSync(join(tmpdir(), 'seq-fuzz-ordination-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** Text that looks like an ordination, with numbers and counts that need not fit. */
const table = '# eigenvalues\t2\t1\n# proportion explained\t0.5\t0.25\nsample-id\tPC1\tPC2\na\t1\t2\nb\t-1e-3\t0\n';

const target: FuzzTarget<Uint8Array> = {
  name: 'unifrac/read-ordination',
  generate: (random) => {
    if (random.chance(0.2)) return new TextEncoder().encode(random.text(60, 'Eigvals\tSite\n0123.e-'));
    if (random.chance(0.3)) return random.damaged(new TextEncoder().encode(table));
    return random.damaged(
      readFileSync(fileURLToPath(new URL(random.pick(['scikit-bio-pcoa.txt', 'qiime2-pcoa.qza']), folder))),
    );
  },
  run: async (bytes) => {
    const path = join(scratch, 'ordination');
    writeFileSync(path, bytes);
    const read = await readOrdination(path);
    if (read.coordinates.length !== read.sampleIds.length * read.dimensions)
      throw new Error('places and samples differ');
    for (const format of ['txt', 'tsv'] as const) {
      await writeOrdination(read, path, { format });
      const again = await readOrdination(path);
      if (JSON.stringify(again) !== JSON.stringify(read)) throw new Error(`another ordination from .${format}`);
    }
  },
};

export default target;
