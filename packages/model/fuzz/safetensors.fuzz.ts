// Damaged safetensors files, and headers with names, types, shapes and places that do not fit.
import { readSafetensors, type StoredDtype, writeSafetensors } from '@seq/model';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';
import type { Random } from '../../../tooling/fuzz/random.js';

const bytesOf: Readonly<Record<StoredDtype, number>> = { F64: 8, I64: 8, F32: 4, I32: 4, F16: 2, BF16: 2, U8: 1 };
const whole = writeSafetensors(
  new Map([
    ['a', { dtype: 'F32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    ['b.weight', { dtype: 'F64', shape: [2], data: Float64Array.of(7, 8) }],
    ['c', { dtype: 'U8', shape: [], data: Uint8Array.of(9) }],
  ]),
  { metadata: { note: 'x' } },
);

function madeUp(random: Random): Uint8Array {
  const names = ['a', 'b', '__proto__', '__metadata__', ''];
  const size = (): number => (random.chance(0.8) ? random.integer(0, 3) : random.oddNumber());
  const entries = random.list(0, 4, (): [string, unknown] => {
    const dtype = random.pick([...Object.keys(bytesOf), 'F8', '']);
    const entry = { dtype, shape: random.list(0, 3, size), data_offsets: random.list(1, 3, () => 4 * size()) };
    return [random.pick(names), random.chance(0.9) ? entry : random.pick<unknown>([null, 1, 'x', []])];
  });
  // Text by hand, since an object cannot hold one name twice.
  const body = entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join(',');
  const header = Buffer.from(`{${body}}`);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(random.chance(0.9) ? header.length : random.integer(0, 2 ** 31)));
  return Uint8Array.from(Buffer.concat([length, header, Buffer.alloc(random.integer(0, 40))]));
}

const target: FuzzTarget<Uint8Array> = {
  name: 'model/safetensors',
  generate: (random) => (random.chance(0.5) ? madeUp(random) : random.damaged(whole)),
  run: (bytes) => {
    const { tensors, metadata } = readSafetensors(bytes);
    for (const [name, { dtype, shape, data }] of tensors) {
      const elements = shape.reduce((product, size) => product * size, 1);
      if (data.byteLength !== elements * bytesOf[dtype]) throw new Error(`${name} has ${data.byteLength} bytes`);
    }
    const again = readSafetensors(writeSafetensors(tensors, { metadata: Object.fromEntries(metadata) }));
    if ([...again.tensors.keys()].sort().join() !== [...tensors.keys()].sort().join())
      throw new Error('names are lost');
  },
};

export default target;
