// Outputs that are computed when they are first read. It knows no model.
import type { Tensor } from '@seq/tensor';

/** Functions behind lazy outputs, by name; what they give is a tensor, tensors by name, or nothing. */
export type LazyOutputs<T> = { readonly [Name in keyof T]: () => T[Name] };

/**
 * The object with further outputs, each computed when it is first read and kept as long as nobody frees it. They are not
 * enumerable: `tidy`, spreads and loops over keys pass them by, so that nothing is computed unasked.
 *
 * @param outputs - is extended in place; lazy outputs that it has already stay lazy.
 */
export function withLazyOutputs<T extends object, L extends object>(outputs: T, lazy: LazyOutputs<L>): T & L {
  for (const name of Object.keys(lazy) as (keyof L & string)[]) {
    let known: L[typeof name] | undefined;
    const get = (): L[typeof name] => {
      if (known === undefined || isFreed(known)) known = lazy[name]();
      return known;
    };
    Object.defineProperty(outputs, name, { get, enumerable: false, configurable: true });
  }
  return outputs as T & L;
}

/** A new object with the outputs of both; lazy ones of the first stay lazy. */
export function joinOutputs<A extends object, B extends object>(a: A, b: B): A & B {
  const joined = Object.defineProperties({}, Object.getOwnPropertyDescriptors(a));
  return Object.assign(joined, b) as A & B;
}

function isFreed(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('isDisposed' in value) return (value as Tensor).isDisposed;
  return Object.values(value).some(isFreed);
}
