// Damaged and made-up trees.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';
import type { Random } from '../../../tooling/fuzz/random.js';
import { createUnifrac, parseNewick } from '../src/index.js';

const folder = new URL('../../../conformance/10_diversity/', import.meta.url);
const seeds = ['larger.nwk', 'caterpillar_comment.nwk', 'unary_chains_zero_lengths_fractional.nwk'];

/** A piece repeated many times, to find work that grows faster than the text. */
function long(random: Random): string {
  const piece = random.text(4, '(),:;[]\'"a1');
  return piece.repeat(random.integer(1, 50_000)) + random.text(4, '();');
}

const target: FuzzTarget<Uint8Array> = {
  name: 'unifrac/parse-newick',
  generate: (random) => {
    if (random.chance(0.1)) return new TextEncoder().encode(long(random));
    if (random.chance(0.4)) return new TextEncoder().encode(random.text(80, '((),,::;[]\'"ab0.1e- \n'));
    return random.damaged(readFileSync(fileURLToPath(new URL(random.pick(seeds), folder))));
  },
  run: (bytes) => {
    using tree = parseNewick(bytes);
    const names = tree.tipNames;
    if (names.length !== tree.tipCount) throw new Error('names and tips differ');
    using again = parseNewick(tree.toNewick());
    if (again.toNewick() !== tree.toNewick()) throw new Error('the written tree reads differently');
    const named = names.filter((name) => name !== '');
    if (named.some((name) => name.includes('\0'))) return;
    using unifrac = createUnifrac(tree, named);
    const features = Uint32Array.from(named.keys());
    const [distance] = unifrac.distances({ offsets: Uint32Array.of(0, features.length, features.length), features });
    if (distance !== 0 && distance !== 1) throw new Error(`all tips and none are ${distance} apart`);
  },
};

export default target;
