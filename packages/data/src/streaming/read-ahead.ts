// Loads things one after the other, some ahead of the one that is used. Knows nothing of what they are.

/** How {@link readAhead} loads. */
export interface ReadAheadOptions<Item> {
  /** First and last number to load, the last one not included. */
  readonly start: number;
  readonly end: number;
  /** How many are loaded, or being loaded, beyond the one in use; 0 for none. */
  readonly ahead: number;
  /** Loads one; the signal tells that it is no longer wanted. */
  readonly load: (number: number, signal: AbortSignal) => Promise<Item>;
  /** Ends everything; the iteration throws its reason. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** The items in their order. What was loaded ahead in vain is told to stop and waited for when the loop is left. */
export async function* readAhead<Item>(options: ReadAheadOptions<Item>): AsyncGenerator<Item, void, undefined> {
  const { start, end, ahead, load, signal } = options;
  const stop = new AbortController();
  const stopped = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
  const loading: Promise<Item>[] = [];
  let next = start;
  try {
    for (let number = start; number < end; number++) {
      for (; next < end && next <= number + ahead; next++) {
        const item = load(next, stopped);
        // A failure counts when it is this item's turn, and not before.
        item.catch(() => undefined);
        loading.push(item);
      }
      signal?.throwIfAborted();
      yield await loading.shift()!;
    }
  } finally {
    stop.abort(new Error('the reading ahead is no longer needed'));
    await Promise.allSettled(loading);
  }
}
