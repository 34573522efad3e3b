// Damaged and made-up files of PyTorch.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';
import { PickleRefusal } from '../src/reference-checkpoint/pickled-value.js';
import { readPickle } from '../src/reference-checkpoint/read-pickle.js';
import { readReferenceStateDict } from '../src/reference-checkpoint/reference-state-dict.js';

const seeds = ['views.pt', 'hostile.pt', 'legacy.pt', 'final_model.pt'].map((name) =>
  readFileSync(fileURLToPath(new URL(`../test/fixtures/reference/${name}`, import.meta.url))),
);
const instructions = '(.NKMJGXUq]})ea\x80\x85\x86\x87\x88\x89\x8a\x8c\x94\x95stubRcQhj\x93\x00\x01\x02\xff';
const scratch = mkdtempSync(join(tmpdir(), 'seq-fuzz-torch-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

const target: FuzzTarget<{ readonly pickle: boolean; readonly bytes: Uint8Array }> = {
  name: 'train/reference-checkpoint',
  generate: (random) => {
    if (random.chance(0.4)) {
      const bytes = Uint8Array.from(random.text(60, instructions), (letter) => letter.charCodeAt(0));
      return { pickle: true, bytes };
    }
    return { pickle: false, bytes: random.damaged(random.pick(seeds)) };
  },
  run: async ({ pickle, bytes }) => {
    if (pickle) {
      try {
        readPickle(bytes);
      } catch (error) {
        if (!(error instanceof PickleRefusal)) throw error;
      }
      return;
    }
    const path = join(scratch, 'file.pt');
    writeFileSync(path, bytes);
    const { weights } = await readReferenceStateDict(path);
    for (const [name, { shape, data, dtype }] of weights) {
      const elements = shape.reduce((product, size) => product * size, 1);
      const bytesPerElement = dtype === 'F16' || dtype === 'BF16' ? 2 : 1;
      if (data.length !== elements * bytesPerElement) throw new Error(`${name} has ${data.length} elements`);
    }
  },
};

export default target;
