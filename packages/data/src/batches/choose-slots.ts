// Chooses and orders the ASVs of one sample. Knows no tables and no tokens.
import type { Draws } from '../random/draws.js';
import type { CommunityDatasetSettings } from './community-dataset.js';

/** What {@link chooseSlots} needs to know. */
export interface ChooseSlotsOptions
  extends Pick<CommunityDatasetSettings, 'maxAsvsPerSample' | 'asvChoice' | 'slotOrder'> {
  /** Place of each feature in the order that settles ties. */
  readonly sequenceRanks: Uint32Array;
  /** Makes the stream for a random choice; only called where one is needed. */
  readonly draws: () => Draws;
}

/**
 * Places, within one sample, of the ASVs that enter a batch, in their order there.
 *
 * @param features - feature of each place, ascending.
 * @param counts - reads of each place.
 */
export function chooseSlots(features: Uint32Array, counts: Float64Array, options: ChooseSlotsOptions): Uint32Array {
  const { maxAsvsPerSample: limit, asvChoice, slotOrder, sequenceRanks } = options;
  const places = Uint32Array.from({ length: features.length }, (_, i) => i);
  const byReads = (a: number, b: number): number =>
    counts[b]! - counts[a]! || sequenceRanks[features[a]!]! - sequenceRanks[features[b]!]!;
  let chosen: Uint32Array = places;
  if (places.length > limit) {
    if (asvChoice === 'random') chosen = firstShuffled(places, limit, options.draws());
    else if (asvChoice === 'weighted') chosen = drawnByReads(places, counts, limit, options.draws());
    else if (asvChoice === 'abundance') chosen = places.sort(byReads).subarray(0, limit);
    else chosen = places.subarray(0, limit);
  }
  return slotOrder === 'abundance' ? chosen.sort(byReads) : chosen.sort();
}

/** `limit` of the places, every choice equally likely: the first steps of a Fisher-Yates shuffle. */
function firstShuffled(places: Uint32Array, limit: number, draws: Draws): Uint32Array {
  for (let i = 0; i < limit; i++) {
    const other = i + draws.below(places.length - i);
    const moved = places[i]!;
    places[i] = places[other]!;
    places[other] = moved;
  }
  return places.subarray(0, limit);
}

/**
 * `limit` of the places, drawn one after the other without replacement, each time in proportion to the reads: those whose
 * exponential waiting times, of rate equal to the reads, are shortest.
 *
 * @see Efraimidis & Spirakis 2006, "Weighted random sampling with a reservoir", doi:10.1016/j.ipl.2005.11.003
 */
function drawnByReads(places: Uint32Array, counts: Float64Array, limit: number, draws: Draws): Uint32Array {
  const waits = Float64Array.from(places, (place) => -Math.log(1 - draws.fraction()) / counts[place]!);
  return places.sort((a, b) => waits[a]! - waits[b]!).subarray(0, limit);
}
