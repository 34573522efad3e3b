// One batch of communities as ragged arrays, and the checks that make it consistent. It knows no feature table.
import { SeqError } from '@seq/tensor';
import type { ModelErrorCode } from './errors.js';

/** Reads as token ids: 1 to 4 are A, C, G, T, 5 starts a read, 6 hides a base, 0 is an unknown base. */
export interface AsvInput {
  /** Tokens of all reads end to end, [T]. */
  readonly asvTokens: Int32Array;
  /** Read i owns tokens `asvOffsets[i]` to `asvOffsets[i + 1]`; length U + 1. */
  readonly asvOffsets: Uint32Array;
  /** One id per read for random numbers, [U]; equal reads should have equal ids in every batch. */
  readonly asvIds: Uint32Array;
}

/** A batch of B samples: every distinct ASV once, and per sample which of them it holds and how often. */
export interface CommunityInput extends AsvInput {
  /** Sample i owns slots `slotOffsets[i]` to `slotOffsets[i + 1]`; length B + 1. */
  readonly slotOffsets: Uint32Array;
  /** Which of the U reads stands in each slot, [n]. */
  readonly slotAsvs: Uint32Array;
  /** Read counts of the slots, [n]; finite and not negative. */
  readonly slotCounts: Float32Array;
  /** Read counts of the slots on the scale that the model asks for, [n]; finite. Default: not needed, which is for `ln`. */
  readonly scaledCounts?: Float32Array;
  /** Place of each slot within its sample. Default: what the model's `slotPositions` says. */
  readonly slotPositions?: Uint32Array;
  /** One id per sample for random numbers, [B]. */
  readonly sampleIds: Uint32Array;
  /** Per categorical column, one index per sample; 0 stands for unknown. */
  readonly categories?: Readonly<Record<string, Int32Array>>;
}

/**
 * Checks that the arrays of reads fit together.
 *
 * @throws SeqError `INPUT_INVALID` naming the array at fault.
 */
export function checkAsvs(asked: string, { asvTokens, asvOffsets, asvIds }: AsvInput): void {
  checkOffsets(asked, 'asvOffsets', asvOffsets, 'asvTokens', asvTokens.length);
  if (asvIds.length !== asvOffsets.length - 1) {
    throw invalidInput(asked, `asvIds has ${asvIds.length} ids for ${asvOffsets.length - 1} ASVs`);
  }
}

/**
 * Checks that the slots of a batch fit together and to its number of ASVs.
 *
 * @throws SeqError `INPUT_INVALID` naming the array at fault.
 */
export function checkSlots(asked: string, input: CommunityInput, asvCount: number): void {
  const { slotOffsets, slotAsvs, slotCounts, scaledCounts, slotPositions, sampleIds } = input;
  checkOffsets(asked, 'slotOffsets', slotOffsets, 'slotAsvs', slotAsvs.length);
  for (const [name, array] of Object.entries({ slotCounts, scaledCounts, slotPositions })) {
    if (array !== undefined && array.length !== slotAsvs.length) {
      throw invalidInput(asked, `${name} has ${array.length} entries for ${slotAsvs.length} slots`);
    }
  }
  if (sampleIds.length !== slotOffsets.length - 1) {
    throw invalidInput(asked, `sampleIds has ${sampleIds.length} ids for ${slotOffsets.length - 1} samples`);
  }
  const lost = slotAsvs.findIndex((asv) => asv >= asvCount);
  if (lost >= 0) throw invalidInput(asked, `slot ${lost} holds ASV ${slotAsvs[lost]} of ${asvCount}`);
  const empty = slotOffsets.findIndex((offset, i) => i > 0 && offset === slotOffsets[i - 1]) - 1;
  if (empty >= 0) throw invalidInput(asked, `sample ${empty} has no ASV`);
  const bad = slotCounts.findIndex((count) => !(count >= 0 && count < Number.POSITIVE_INFINITY));
  if (bad >= 0) throw invalidInput(asked, `slot ${bad} has the read count ${slotCounts[bad]}`);
  const odd = scaledCounts?.findIndex((count) => !Number.isFinite(count)) ?? -1;
  if (odd >= 0) throw invalidInput(asked, `slot ${odd} has the scaled read count ${scaledCounts![odd]}`);
}

function checkOffsets(asked: string, name: string, offsets: Uint32Array, owned: string, length: number): void {
  const isRising = offsets.every((offset, i) => i === 0 || offset >= offsets[i - 1]!);
  if (offsets.length === 0 || offsets[0] !== 0 || offsets.at(-1) !== length || !isRising) {
    throw invalidInput(
      asked,
      `${name} must rise from 0 to the ${length} entries of ${owned}, found ${offsets.length} offsets ` +
        `from ${offsets[0]} to ${offsets.at(-1)}`,
    );
  }
}

/** The error of an inconsistent batch. */
export function invalidInput(
  asked: string,
  found: string,
  details: Readonly<Record<string, unknown>> = {},
): SeqError<ModelErrorCode> {
  const message = `${asked}: ${found}. Build the batch anew or correct this array.`;
  return new SeqError<ModelErrorCode>('INPUT_INVALID', message, { details });
}

/** For each slot the number of its sample, [n]. */
export function sampleOfSlot(slotOffsets: Uint32Array): Uint32Array {
  const samples = new Uint32Array(slotOffsets.at(-1) ?? 0);
  for (let i = 0; i + 1 < slotOffsets.length; i++) samples.fill(i, slotOffsets[i], slotOffsets[i + 1]);
  return samples;
}

/** For each slot its place within its sample, [n]. */
export function placeInSample(slotOffsets: Uint32Array): Uint32Array {
  const places = new Uint32Array(slotOffsets.at(-1) ?? 0);
  for (let i = 0; i + 1 < slotOffsets.length; i++) {
    const start = slotOffsets[i]!;
    for (let slot = start; slot < slotOffsets[i + 1]!; slot++) places[slot] = slot - start;
  }
  return places;
}
