// How the cost grows with the tree: parsing, preparing, and all distances of samples of about 100 tips. `--tips 10000,...`
// (default 10,000, 100,000 and 1,000,000), `--samples n` (default 500), `--threads n` (default 2), `--metrics`.
import { FeatureTable } from '@seq/data';
import type { Bench } from '../../../tooling/bench/bench.js';
import { createUnifrac, parseNewick, unifracMatrix } from '../src/index.js';
import { benchMetrics, chosenMetrics, numbersOf, sequence } from './bench-data.js';

const bench: Bench = {
  name: 'unifrac/tree-size/cpu',
  async run({ smoke, flags, contestant }) {
    const threads = Number(flags.threads ?? 2);
    const sampleCount = smoke ? 10 : Number(flags.samples ?? 500);
    for (const tipCount of smoke ? [100] : numbersOf(flags.tips ?? '10000,100000,1000000')) {
      const text = new TextEncoder().encode(randomTree(tipCount));
      const facts = { tipCount, bytes: text.length };
      await contestant('parse', () => parseNewick(text).dispose(), { runs: 3, facts });
      using tree = parseNewick(text);
      const table = tableOnTips(tipCount, sampleCount);
      await contestant('prepare', () => createUnifrac(tree, table.featureIds).dispose(), { runs: 3, facts });
      for (const metric of chosenMetrics(flags)) {
        const options = { ...benchMetrics[metric], threads };
        const more = { ...facts, metric, sampleCount, threads };
        await contestant(`seq ${metric}`, () => unifracMatrix(table, tree, options), { runs: 3, facts: more });
      }
    }
  },
};

/** A binary tree of random shape, joined pair by pair, with lengths of four digits. */
function randomTree(tipCount: number): string {
  const next = sequence();
  const length = (): string => next().toFixed(4);
  let clades = Array.from({ length: tipCount }, (_, tip) => `t${tip}:${length()}`);
  while (clades.length > 1) {
    const joined: string[] = [];
    let at = 0;
    while (at < clades.length) {
      // Some clades wait for a later round, so that depths differ.
      const isAlone = at + 1 === clades.length || (clades.length > 2 && next() < 0.3);
      joined.push(isAlone ? clades[at]! : `(${clades[at]},${clades[at + 1]}):${length()}`);
      at += isAlone ? 1 : 2;
    }
    clades = joined;
  }
  return `${clades[0]};`;
}

/** Samples of about 100 tips each, half of them drawn from the same hundred. */
function tableOnTips(tipCount: number, sampleCount: number): FeatureTable {
  const next = sequence();
  const offsets = [0];
  const features: number[] = [];
  for (let sample = 0; sample < sampleCount; sample++) {
    const own = new Set<number>();
    for (let draw = 0; draw < 100; draw++) {
      const place = Math.floor(next() * tipCount);
      own.add(draw % 2 === 0 ? place : Math.floor((place / tipCount) * 100) * Math.max(1, Math.floor(tipCount / 100)));
    }
    features.push(...[...own].filter((tip) => tip < tipCount).sort((a, b) => a - b));
    offsets.push(features.length);
  }
  return new FeatureTable({
    sampleIds: Array.from({ length: sampleCount }, (_, i) => `s${i}`),
    featureIds: Array.from({ length: tipCount }, (_, tip) => `t${tip}`),
    sampleOffsets: Uint32Array.from(offsets),
    featureIndices: Uint32Array.from(features),
    counts: Float64Array.from(features, () => 1 + Math.floor(next() * 50)),
  });
}

export default bench;
