// Damaged and made-up trees, rooted anew and cut down: any tree keeps its tips, and what is written reads back.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';
import { type Phylogeny, parseNewick } from '../src/index.js';

const folder = new URL('../../../conformance/10_diversity/', import.meta.url);
const seeds = ['larger.nwk', 'caterpillar_comment.nwk', 'unary_chains_zero_lengths_fractional.nwk'];

interface Input {
  readonly bytes: Uint8Array;
  /** Chooses tips for the outgroup and for shearing. */
  readonly picks: readonly number[];
}

function requireSameTips(tree: Phylogeny, wanted: readonly string[]): void {
  const found = [...tree.tipNames].sort();
  if (found.join('\n') !== [...wanted].sort().join('\n')) throw new Error(`the tips are ${found.join()}`);
  using again = parseNewick(tree.toNewick());
  if (again.toNewick() !== tree.toNewick()) throw new Error('the written tree reads differently');
}

const target: FuzzTarget<Input> = {
  name: 'unifrac/rooting',
  generate: (random) => {
    const text = random.text(80, '((),,abcdefgh:0.1e9;');
    const bytes = random.chance(0.5)
      ? new TextEncoder().encode(text)
      : random.damaged(readFileSync(fileURLToPath(new URL(random.pick(seeds), folder))));
    return { bytes, picks: Array.from({ length: random.integer(1, 6) }, () => random.integer(0, 1000)) };
  },
  run: ({ bytes, picks }) => {
    using tree = parseNewick(bytes);
    using midpoint = tree.rooted('midpoint');
    requireSameTips(midpoint, tree.tipNames);
    const named = tree.tipNames.filter((name) => name !== '');
    if (named.length === 0) return;
    const some = [...new Set(picks.map((pick) => named[pick % named.length]!))];
    using part = midpoint.shear(some);
    requireSameTips(part, some);
    // A single tip is always a clade, others may not be: then a refusal is right.
    using beside = tree.rooted({ outgroup: some });
    requireSameTips(beside, tree.tipNames);
  },
};

export default target;
