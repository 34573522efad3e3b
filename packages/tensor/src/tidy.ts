// Frees what a piece of work leaves behind. It knows that tracked things are disposable, not what they are.
import { tensorError } from './errors.js';

const openScopes: Set<Disposable>[] = [];

/** Puts something that owns native memory under the innermost open {@link tidy}. */
export function track<T extends Disposable>(owner: T): T {
  openScopes.at(-1)?.add(owner);
  return owner;
}

/**
 * Runs `work` and frees every tensor made inside it, except those in its result: a tensor (or gradients), or arrays and
 * plain objects of them, nested at will. What is kept belongs to the surrounding `tidy`, if there is one. If `work`
 * throws, everything made inside is freed.
 *
 * Tensors of a parameter store are not freed. What the result needs for its gradient stays alive with it.
 *
 * @throws SeqError `WORK_IS_ASYNC` if `work` returns a promise.
 * @example
 * const loss = tidy(() => mean(square(sub(prediction, target))));
 */
export function tidy<T>(work: () => T): T {
  const scope = new Set<Disposable>();
  openScopes.push(scope);
  const kept = new Set<Disposable>();
  try {
    const result = requireDone('tidy', work());
    collect(result, scope, kept, new Set());
    return result;
  } finally {
    openScopes.pop();
    for (const owner of scope) {
      if (kept.has(owner)) track(owner);
      else owner[Symbol.dispose]();
    }
  }
}

/** @throws SeqError `WORK_IS_ASYNC` if the result is a promise. */
export function requireDone<T>(asked: string, result: T): T {
  if (typeof result === 'object' && result !== null && 'then' in result && typeof result.then === 'function') {
    throw tensorError(
      'WORK_IS_ASYNC',
      `${asked}: the function returned a promise, but its work must be done when it returns. ` +
        'Await outside, and do only the tensor operations inside.',
    );
  }
  return result;
}

function collect(value: unknown, scope: ReadonlySet<unknown>, kept: Set<Disposable>, seen: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (scope.has(value)) kept.add(value as Disposable);
  else if (Array.isArray(value)) for (const part of value) collect(part, scope, kept, seen);
  else if (isPlainObject(value)) for (const part of Object.values(value)) collect(part, scope, kept, seen);
}

function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
