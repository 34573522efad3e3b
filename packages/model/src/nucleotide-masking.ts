// Which bases of which reads are hidden in a training step. It knows tokens, not tensors.
import { randomUniform } from '@seq/tensor';
import type { AsvInput } from './community-input.js';
import type { NucleotideMaskingConfig } from './encoder-config.js';
import type { RandomSource } from './forward-options.js';

/** The token that hides a base. */
export const MASK_TOKEN = 6;

const MASKING_SITE = 0x1000_0000;
const FIRST_BASE = 1;
const LAST_BASE = 4;
const SPAN_ATTEMPTS = 100;
const SHORTEST_SPAN = 3;
const SPAN_LENGTHS = 3;

/** Options of {@link drawMaskedPositions}. */
export interface DrawMaskedPositionsOptions extends NucleotideMaskingConfig, RandomSource {}

/**
 * Chooses the bases to hide. Only A, C, G and T are ever hidden, never the start of a read or an unknown base. What is
 * drawn for a read depends on seed, step, its id and the position, not on the batch.
 *
 * - `random`: each base on its own with probability `fraction`.
 * - `span`: runs of 3, 4 or 5 bases from random starts until `floor(fraction * bases)` are hidden, at most 100 runs.
 *
 * @returns [T], 1 where a base is hidden.
 */
export function drawMaskedPositions(
  asvs: AsvInput,
  { strategy, fraction, seed, step }: DrawMaskedPositionsOptions,
): Uint8Array {
  if (fraction === 0) return new Uint8Array(asvs.asvTokens.length);
  return strategy === 'random' ? drawSingly(asvs, fraction, { seed, step }) : drawSpans(asvs, fraction, { seed, step });
}

function isBase(token: number): boolean {
  return token >= FIRST_BASE && token <= LAST_BASE;
}

function drawSingly({ asvTokens, asvOffsets, asvIds }: AsvInput, fraction: number, random: RandomSource): Uint8Array {
  const draws = randomUniform({ ...random, site: MASKING_SITE, sequenceIds: asvIds, offsets: asvOffsets });
  return Uint8Array.from(asvTokens, (token, i) => Number(isBase(token) && draws[i]! < fraction));
}

function drawSpans({ asvTokens, asvOffsets, asvIds }: AsvInput, fraction: number, random: RandomSource): Uint8Array {
  const perRead = 2 * SPAN_ATTEMPTS;
  const offsets = asvOffsets.map((_, i) => perRead * i);
  const draws = randomUniform({ ...random, site: MASKING_SITE, sequenceIds: asvIds, offsets });
  const masked = new Uint8Array(asvTokens.length);
  for (let read = 0; read < asvIds.length; read++) {
    const tokens = asvTokens.subarray(asvOffsets[read], asvOffsets[read + 1]);
    const hidden = masked.subarray(asvOffsets[read], asvOffsets[read + 1]);
    hideSpans(tokens, hidden, fraction, draws.subarray(offsets[read], offsets[read + 1]));
  }
  return masked;
}

/** Hides runs in one read; attempt a takes its length from draw 2a and its start from draw 2a + 1. */
function hideSpans(tokens: Int32Array, hidden: Uint8Array, fraction: number, draws: Float64Array): void {
  const bases = Array.from(tokens.keys()).filter((i) => isBase(tokens[i]!));
  let left = Math.floor(bases.length * fraction);
  for (let attempt = 0; attempt < SPAN_ATTEMPTS && left > 0; attempt++) {
    const length = SHORTEST_SPAN + Math.floor(SPAN_LENGTHS * draws[2 * attempt]!);
    const start = bases[Math.floor(bases.length * draws[2 * attempt + 1]!)]!;
    for (let i = start; i < Math.min(start + length, tokens.length) && left > 0; i++) {
      if (!isBase(tokens[i]!) || hidden[i] === 1) continue;
      hidden[i] = 1;
      left -= 1;
    }
  }
}

/** The tokens with {@link MASK_TOKEN} where a base is hidden. */
export function hideTokens(tokens: Int32Array, maskedPositions: Uint8Array): Int32Array {
  return tokens.map((token, i) => (maskedPositions[i] === 1 ? MASK_TOKEN : token));
}
