// Damaged archives: every member is read, and what is read is what was written, or refused.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';
import { openArtifact, ZipArchive } from '../src/files.js';

const folder = new URL('../../../conformance/08_data/', import.meta.url);
const seeds = ['qza/distance-matrix.qza', 'qza/alpha-diversity.qza', 'qza/not_an_artifact.qza', 'matrices/stripe.npz'];

const target: FuzzTarget<{ readonly bytes: Uint8Array; readonly asArtifact: boolean }> = {
  name: 'data/zip-archive',
  generate: (random) => {
    const asArtifact = random.chance(0.3);
    if (random.chance(0.1))
      return { asArtifact, bytes: new TextEncoder().encode(random.text(80, 'PK\x01\x02\x03\x04\x05\x06\0a/.')) };
    return { asArtifact, bytes: random.damaged(readFileSync(fileURLToPath(new URL(random.pick(seeds), folder)))) };
  },
  run: async ({ bytes, asArtifact }) => {
    if (asArtifact) {
      const artifact = await openArtifact('x.qza', bytes);
      if (artifact.type === '') throw new Error('an artifact without a type');
      return;
    }
    const archive = await ZipArchive.open('x.zip', bytes);
    for (const name of archive.names) {
      const content = await archive.read(name);
      if (content === undefined) throw new Error(`a name that cannot be read: ${JSON.stringify(name)}`);
      if (name.split('/').includes('..') || name.startsWith('/')) throw new Error(`a name that leads out: ${name}`);
    }
  },
};

export default target;
