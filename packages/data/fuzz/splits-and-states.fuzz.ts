// Made-up files of splits, conditions on metadata, and saved states of target transforms.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  applyTargetTransform,
  fitCategoryTransform,
  fitTargetTransform,
  invertTargetTransform,
  parseSampleMetadata,
  parseTargetTransform,
  readSplit,
  type SavedSplit,
  samplesWhere,
  targetTransformKinds,
  writeSplit,
} from '@seq/data';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';
import type { Random } from '../../../tooling/fuzz/random.js';

const metadata = parseSampleMetadata('id\tage\tsite\ta=b\nu\t1\tgut\tx\nv\t\tskin\ty\nw\t1e3\tgut\t\n', 'fuzz');
const transforms = [
  ...targetTransformKinds.map((kind) => fitTargetTransform(kind, [3, 1, 4, 1, 5])),
  fitCategoryTransform([1, 2, 3], { categories: ['a', 'b', 'a'] }),
].map((transform) => JSON.stringify(transform));
const values = ['training', 'validation', 'fold-1', 'fold-2', 'fold-3', 'fold-0', 'fold-1e3', '', 'NA'];

function splitText(random: Random): string {
  const columns = random.pick([
    ['split'],
    ['fold'],
    ['fold', 'inner-fold-of-fold-1', 'inner-fold-of-fold-2'],
    ['fold', 'split'],
    ['age'],
  ]);
  const lines = Array.from({ length: random.integer(0, 8) }, (_, i) => [
    `s${i}`,
    ...columns.map(() => random.pick(values)),
  ]);
  return [['sample-id', ...columns], ...lines].map((cells) => `${cells.join('\t')}\n`).join('');
}

async function runSplit(text: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'seq-fuzz-'));
  try {
    const path = join(folder, 'split.tsv');
    writeFileSync(path, text);
    const saved = await readSplit(path);
    for (const { training, validation } of saved.kind === 'split' ? [saved.split] : saved.folds) {
      if (training.length * validation.length === 0) throw new Error('a part is empty');
      if (training.some((id) => validation.includes(id))) throw new Error('a sample is in both parts');
    }
    await writeSplit(path, saved);
    if (plain(await readSplit(path)) !== plain(saved)) throw new Error('a split comes back as another');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const plain = (saved: SavedSplit): string =>
  JSON.stringify(saved, (_, value: unknown) =>
    Array.isArray(value) && typeof value[0] === 'string' ? value.sort() : value,
  );

function runState(text: string): void {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    data = text;
  }
  const transform = parseTargetTransform(data);
  if (JSON.stringify(parseTargetTransform(JSON.parse(JSON.stringify(transform)))) !== JSON.stringify(transform)) {
    throw new Error('a state comes back as another');
  }
  const options = { categories: ['a', null] };
  const back = invertTargetTransform(transform, applyTargetTransform(transform, [1, 2], options), options);
  if (back.length !== 2) throw new Error('lengths differ');
}

const target: FuzzTarget<{ readonly reader: 'split' | 'where' | 'state'; readonly text: string }> = {
  name: 'data/splits-and-states',
  generate: (random) => {
    const reader = random.pick(['split', 'where', 'state'] as const);
    if (reader === 'split') return { reader, text: splitText(random) };
    if (reader === 'where')
      return { reader, text: random.pick(['', 'age', 'site=', 'a=b']) + random.text(12, '=<>!& agesit1.') };
    const damaged = random.damaged(Buffer.from(random.pick(transforms)));
    return { reader, text: random.chance(0.3) ? random.pick(transforms) : Buffer.from(damaged).toString('utf8') };
  },
  run: ({ reader, text }) => {
    if (reader === 'split') return runSplit(text);
    if (reader === 'state') return runState(text);
    const chosen = samplesWhere(metadata, { where: text });
    if (chosen.some((id) => !metadata.sampleIds.includes(id))) throw new Error('a sample from nowhere');
  },
};

export default target;
