import type * as Binding from './binding.js';

/** The functions and classes of the native addon, as napi-rs declares them. */
export type NativeAddon = typeof Binding;

/** Further facts about a failure, for programs; every value is plain data. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * An error that a caller can act on. `code` says which, `message` says what was asked, what was found and what to do.
 */
export declare class SeqError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly details: ErrorDetails;
  constructor(code: Code, message: string, options?: { details?: ErrorDetails; cause?: unknown });
}

/**
 * Turns an error thrown by the addon into a `SeqError`: of the code that it carries, or `NATIVE_FAULT` for a panic. Other
 * values pass unchanged.
 */
export declare function fromNative(error: unknown): unknown;

/**
 * The native addon, loaded on the first call.
 *
 * @throws SeqError `NATIVE_NOT_AVAILABLE` where no build fits the platform.
 */
export declare function native(): NativeAddon;
