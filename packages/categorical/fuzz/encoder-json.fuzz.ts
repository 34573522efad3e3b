// Saved encoders with wrong names, numbers and parents, and bytes that are nearly one.
import { CategoricalEncoder } from '@seq/categorical';
import { SeqError } from '@seq/tensor';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';
import type { Random } from '../../../tooling/fuzz/random.js';

const names = ['a', 'b', '__proto__', 'constructor', 'a.b', ''];

function oddColumn(random: Random): unknown {
  if (random.chance(0.05)) return random.pick<unknown>([null, 1, 'x', []]);
  const categories = random.list(0, 4, () => (random.chance(0.95) ? random.text(2, 'xyz') : random.oddNumber()));
  const parent = random.chance(0.5) ? { parent: random.pick(names) } : {};
  const parentIndices = random.chance(0.5)
    ? { parentIndices: categories.map(() => (random.chance(0.9) ? random.integer(0, 4) : random.oddNumber())) }
    : {};
  const isRequired = random.chance(0.9) ? random.chance(0.2) : 'no';
  return { name: random.pick(names), isRequired, categories, ...parent, ...parentIndices };
}

function madeUp(random: Random): string {
  const columns = random.list(0, 4, () => oddColumn(random));
  return JSON.stringify({ format: 'seq-categorical-encoder', version: 1, columns });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const target: FuzzTarget<Uint8Array> = {
  name: 'categorical/encoder-json',
  generate: (random) => {
    const text = Buffer.from(madeUp(random));
    return random.chance(0.7) ? text : random.damaged(text);
  },
  run: (bytes) => {
    const encoder = CategoricalEncoder.fromJSON(parsed(Buffer.from(bytes).toString()));
    const again = JSON.stringify(CategoricalEncoder.fromJSON(JSON.parse(JSON.stringify(encoder))));
    if (again !== JSON.stringify(encoder)) throw new Error('a saved encoder does not come back');
    const values = new Map(encoder.columnNames.map((name) => [name, ['x', null, 'zz']]));
    try {
      const { indices } = encoder.encodeWithReport(values);
      for (const { name, cardinality } of encoder.schema()) {
        const column = Object.getOwnPropertyDescriptor(indices, name)?.value as Int32Array;
        if (!column.every((index) => index >= 0 && index < cardinality)) throw new Error(`an index of ${name} is none`);
      }
    } catch (error) {
      if (!(error instanceof SeqError) || error.code !== 'CATEGORY_UNKNOWN') throw error;
    }
  },
};

export default target;
