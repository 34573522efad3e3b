// Turns the padded batches of the vectors into ragged ones and picks the rows that exist in both.
// Every slot becomes an ASV of its own, since the vectors hide bases per slot; slots without a visible token vanish.
import type { CommunityInput } from '@seq/model';
import type { VectorTensor } from '../safetensors.js';

/** Tensors of a case, or one micro-batch of them, under their names without `in/`. */
export type PaddedInputs = ReadonlyMap<string, VectorTensor>;

/** A ragged batch and where its rows stand in the padded one. */
export interface RaggedBatch {
  readonly input: CommunityInput;
  /** [T], present if the vectors give masks. */
  readonly maskedPositions?: Uint8Array;
  /** Slots per sample in the padded form. */
  readonly paddedSlots: number;
  /** For each slot its flat number in the padded form. */
  readonly slotRows: Uint32Array;
  /** Slots of the padded form without a visible token. */
  readonly emptySlots: Uint32Array;
  /** For each token its flat number in the padded form. */
  readonly tokenRows: Uint32Array;
}

/** Options of {@link raggedBatch}. */
export interface RaggedBatchOptions {
  /** Whether tokens after the last visible one are left out. */
  readonly trim: boolean;
}

/** Converts `tokens` [B, S, L] and what belongs to them. */
export function raggedBatch(inputs: PaddedInputs, { trim }: RaggedBatchOptions): RaggedBatch {
  const tokens = inputs.get('tokens')!;
  const [sampleCount = 0, paddedSlots = 0, length = 0] = tokens.shape;
  const flat = tokens.toInt32();
  const tokensOf = (slot: number): Int32Array => flat.subarray(slot * length, (slot + 1) * length);
  const all = Array.from({ length: sampleCount * paddedSlots }, (_, slot) => slot);
  const slots = all.filter((slot) => tokensOf(slot).some((token) => token > 0));
  const lengths = slots.map((slot) => (trim ? tokensOf(slot).findLastIndex((token) => token > 0) + 1 : length));
  const tokenRows = Uint32Array.from(
    slots.flatMap((slot, i) => Array.from({ length: lengths[i]! }, (_, position) => slot * length + position)),
  );
  const counts = inputs.get('counts')?.toNumbers();
  const mask = inputs.get('mask_indices')?.toInt32();
  const input: CommunityInput = {
    asvTokens: Int32Array.from(tokenRows, (row) => flat[row]!),
    asvOffsets: offsetsOf(lengths),
    asvIds: Uint32Array.from(slots, (_, i) => i),
    slotOffsets: offsetsOf(perSample(slots, sampleCount, paddedSlots)),
    slotAsvs: Uint32Array.from(slots, (_, i) => i),
    slotCounts: Float32Array.from(slots, (slot) => counts?.[slot] ?? 1),
    slotPositions: Uint32Array.from(slots, (slot) => slot % paddedSlots),
    sampleIds: Uint32Array.from({ length: sampleCount }, (_, i) => i),
  };
  return {
    input,
    paddedSlots,
    slotRows: Uint32Array.from(slots),
    emptySlots: Uint32Array.from(all.filter((slot) => !slots.includes(slot))),
    tokenRows,
    ...(mask === undefined ? {} : { maskedPositions: Uint8Array.from(tokenRows, (row) => mask[row]!) }),
  };
}

function perSample(slots: readonly number[], sampleCount: number, paddedSlots: number): number[] {
  const counts = new Array<number>(sampleCount).fill(0);
  for (const slot of slots) counts[Math.floor(slot / paddedSlots)]! += 1;
  return counts;
}

function offsetsOf(lengths: readonly number[]): Uint32Array {
  const offsets = new Uint32Array(lengths.length + 1);
  for (const [i, length] of lengths.entries()) offsets[i + 1] = offsets[i]! + length;
  return offsets;
}

/** Some rows of a padded tensor whose rows are `width` numbers wide. */
export function pickRows(values: Float64Array, rows: Uint32Array, width: number): Float64Array {
  const picked = new Float64Array(rows.length * width);
  for (const [i, row] of rows.entries()) picked.set(values.subarray(row * width, (row + 1) * width), i * width);
  return picked;
}

/** The tensors under a prefix, by the rest of their names. */
export function under(tensors: ReadonlyMap<string, VectorTensor>, prefix: string): Map<string, VectorTensor> {
  const named = [...tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(named.map(([name, values]) => [name.slice(prefix.length), values]));
}
