// Damaged and made-up FASTA and sample metadata.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseFasta, parseSampleMetadata } from '@seq/data';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';
import type { Random } from '../../../tooling/fuzz/random.js';

const folder = fileURLToPath(new URL('../../../conformance/08_data/metadata/', import.meta.url));
const seeds = readdirSync(folder).filter((file) => file.endsWith('.tsv'));
const letters = '\t\t\n\n\r,"#>ACGTN-a1.e: ';

function madeUp(random: Random): string {
  const start = random.pick([
    '',
    'id\t',
    'sample-id\tx\n#q2:types\t',
    '#SampleID',
    '>a\n',
    '\uFEFF',
    'id\tx\n#q2:missing\tblank\n',
    'id,x\n',
    '"sample-id",',
  ]);
  return start + random.text(60, letters);
}

const target: FuzzTarget<{ readonly reader: string; readonly text: string }> = {
  name: 'data/fasta-and-metadata',
  generate: (random) => ({
    reader: random.pick(['fasta', 'metadata', 'metadata']),
    text: random.chance(0.5)
      ? madeUp(random)
      : Buffer.from(random.damaged(readFileSync(join(folder, random.pick(seeds))))).toString('utf8'),
  }),
  run: ({ reader, text }) => {
    if (reader === 'fasta') {
      for (const sequence of parseFasta(text, 'fuzz').values())
        if (!/^[A-Z]+$/i.test(sequence)) throw new Error('no DNA');
      return;
    }
    const { sampleIds, columns } = parseSampleMetadata(text, 'fuzz');
    if (sampleIds.some((id) => id !== id.trim() || id === '')) throw new Error('an id is not trimmed');
    for (const { values } of columns.values())
      if (values.length !== sampleIds.length) throw new Error('lengths differ');
  },
};

export default target;
