// Steps that change the bases of an ASV: errors of sequencing, unknown bases, shorter reads.
import type { Draws } from '../random/draws.js';
import { requireInteger } from '../require-integer.js';
import { unknownToken } from '../sequences/tokenize.js';
import { requireBetween, type SequenceStep } from './augmentation-step.js';

/** Options of {@link substituteBases} and {@link maskBases}. */
export interface BaseRateOptions {
  /** Chance of each base to be changed; from 0 to 1. */
  readonly rate: number;
}

/**
 * A step that replaces each of A, C, G, T, with a given chance, by one of the three others, all equally likely.
 *
 * Keeps: the length, and letters that are none of the four.
 *
 * @throws SeqError `OPTION_INVALID`
 * @see Jukes & Cantor 1969, "Evolution of protein molecules", doi:10.1016/B978-1-4832-3211-9.50009-7, for equal chances; Lee
 *   et al. 2023, "EvoAug", doi:10.1186/s13059-023-02941-w, for mutations as augmentation
 */
export function substituteBases({ rate }: BaseRateOptions): SequenceStep {
  requireBetween('substituteBases', 'rate', rate);
  return {
    acts: 'sequence',
    name: 'substituteBases',
    settings: { rate },
    apply: (bases, draws) => changed(bases, rate, draws, (base) => 1 + ((base + draws.below(3)) % 4)),
  };
}

/**
 * A step that makes each of A, C, G, T, with a given chance, unknown, as N is.
 *
 * Keeps: the length, the place of every other base, and letters that are none of the four.
 *
 * @throws SeqError `OPTION_INVALID`
 * @remarks An unknown base is hidden from the model, unlike the mask of pre-training, which asks for what is below it.
 * @see Lee et al. 2023, "EvoAug: improving generalization and interpretability of genomic deep neural networks with
 *   evolution-inspired data augmentations", doi:10.1186/s13059-023-02941-w
 */
export function maskBases({ rate }: BaseRateOptions): SequenceStep {
  requireBetween('maskBases', 'rate', rate);
  return {
    acts: 'sequence',
    name: 'maskBases',
    settings: { rate },
    apply: (bases, draws) => changed(bases, rate, draws, () => unknownToken),
  };
}

/** The bases, each of A, C, G, T changed with the given chance. */
function changed(bases: Uint8Array, rate: number, draws: Draws, change: (base: number) => number): Uint8Array {
  const result = bases.slice();
  if (rate === 0) return result;
  // The gaps between places that are hit are geometric, so that a draw is needed for each hit and not for each base.
  const gap = (): number => (rate === 1 ? 0 : Math.floor(Math.log(1 - draws.fraction()) / Math.log1p(-rate)));
  for (let place = gap(); place < result.length; place += 1 + gap()) {
    if (result[place] !== unknownToken) result[place] = change(result[place]!);
  }
  return result;
}

/** Options of {@link truncateBases}. */
export interface TruncateBasesOptions {
  /** Fewest bases that stay; a whole number of at least 1. Shorter sequences stay whole. */
  readonly minimumBases: number;
}

/**
 * A step that cuts the end off, so that any length from `minimumBases` to the whole is equally likely.
 *
 * Keeps: the beginning of the sequence.
 *
 * @throws SeqError `OPTION_INVALID`
 * @see Callahan et al. 2016, "DADA2", doi:10.1038/nmeth.3869, whose truncation length differs from study to study
 */
export function truncateBases({ minimumBases }: TruncateBasesOptions): SequenceStep {
  requireInteger('truncateBases', 'minimumBases', minimumBases, { minimum: 1 });
  return {
    acts: 'sequence',
    name: 'truncateBases',
    settings: { minimumBases },
    apply: (bases, draws) => {
      if (bases.length <= minimumBases) return bases;
      return bases.slice(0, minimumBases + draws.below(bases.length - minimumBases + 1));
    },
  };
}
