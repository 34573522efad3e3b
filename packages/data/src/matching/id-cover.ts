// Which of some ids something has, such as a tree its tips. Knows no table.

/** Something that has ids and can be asked for them many at once, without a list of all it has. */
export interface IdCover {
  /** How many ids it has. */
  readonly size: number;
  /** For each of some distinct ids 1 if it has it, else 0. */
  covers(ids: readonly string[]): Uint8Array;
  /** All its ids, in its own order; asked for only where some of them are named. */
  all(): Iterable<string>;
}

/** A list as a cover; what is one stays as it is. */
export function coverOf(ids: Iterable<string> | IdCover): IdCover {
  return 'covers' in ids ? ids : new ListedIds(ids);
}

class ListedIds implements IdCover {
  readonly #ids: ReadonlySet<string>;

  constructor(ids: Iterable<string>) {
    this.#ids = new Set(ids);
  }

  get size(): number {
    return this.#ids.size;
  }

  covers(ids: readonly string[]): Uint8Array {
    const has = new Uint8Array(ids.length);
    for (let at = 0; at < ids.length; at++) has[at] = this.#ids.has(ids[at]!) ? 1 : 0;
    return has;
  }

  all(): Iterable<string> {
    return this.#ids;
  }
}

/** What a cover has of one list of distinct ids. */
export class Coverage {
  readonly cover: IdCover;
  readonly ids: readonly string[];
  /** For each id 1 if it is covered. */
  readonly has: Uint8Array;
  /** How many ids are covered. */
  readonly coveredCount: number;
  /** How many ids of the list the cover itself has. */
  readonly #sharedCount: number;

  /** `alsoHas` says of an id that the cover lacks whether it is covered all the same. */
  constructor(cover: IdCover, ids: readonly string[], alsoHas?: (id: string) => boolean) {
    this.cover = cover;
    this.ids = ids;
    this.has = cover.covers(ids);
    this.#sharedCount = countOf(this.has);
    if (alsoHas !== undefined && this.#sharedCount < ids.length) {
      for (let at = 0; at < ids.length; at++) if (this.has[at] === 0 && alsoHas(ids[at]!)) this.has[at] = 1;
    }
    this.coveredCount = countOf(this.has);
  }

  /** How many ids the cover has that are not in the list. */
  get otherCount(): number {
    return this.cover.size - this.#sharedCount;
  }

  /** The first of those, in the order of the cover. */
  firstOthers(most: number): readonly string[] {
    if (this.otherCount === 0) return [];
    const listed = new Set(this.ids);
    const first: string[] = [];
    for (const id of this.cover.all()) {
      if (first.length === most) break;
      if (!listed.has(id)) first.push(id);
    }
    return first;
  }
}

function countOf(has: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < has.length; at++) count += has[at]!;
  return count;
}

/** Places of ids that all of some coverages of them have, ascending; those that are not given ask for nothing. */
export function placesCoveredByAll(
  ids: readonly string[],
  coverages: readonly (Coverage | undefined)[],
): readonly number[] {
  const partial = coverages.filter((coverage) => coverage !== undefined && coverage.coveredCount < ids.length);
  if (partial.length === 0) return [...ids.keys()];
  const places: number[] = [];
  for (let at = 0; at < ids.length; at++) {
    if (partial.every((coverage) => coverage!.has[at] === 1)) places.push(at);
  }
  return places;
}
