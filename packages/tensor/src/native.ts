// The one door to the addon: every call passes here, and every error comes out typed. It knows no operation.
import { type ErrorDetails, fromNative, type NativeAddon, native, SeqError } from '@seq/native';

export { type ErrorDetails, type NativeAddon, SeqError };

/** A native tensor as the addon hands it out. */
export type TensorHandle = InstanceType<NativeAddon['TensorHandle']>;

/** Native gradients of variables. */
export type GradientsHandle = InstanceType<NativeAddon['GradientsHandle']>;

/** A native parameter store. */
export type ParameterStoreHandle = InstanceType<NativeAddon['ParameterStoreHandle']>;

/** The crate says `layer_norm: …`, a TypeScript caller knows the operation as `layerNorm`. */
const SNAKE_CASE_SUBJECT = /^[a-z]+(?:_[a-z0-9]+)+(?=:)/;

function inCamelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The crate says `F32`, a TypeScript caller knows the dtype as `float32`. */
const DTYPES: Readonly<Record<string, string>> = {
  F32: 'float32',
  F64: 'float64',
  F16: 'float16',
  BF16: 'bfloat16',
  I32: 'int32',
  I64: 'int64',
  U8: 'uint8',
};

function typed(error: unknown): unknown {
  const known = fromNative(error);
  if (!(known instanceof SeqError)) return known;
  const named = known.message.replace(SNAKE_CASE_SUBJECT, inCamelCase);
  const message = named.replace(/\b(?:F32|F64|F16|BF16|I32|I64|U8)\b/g, (dtype) => DTYPES[dtype]!);
  return new SeqError(known.code, message, { details: known.details, cause: known.cause });
}

/** Runs `work` with the addon, which is loaded on the first call. */
export function callNative<R>(work: (addon: NativeAddon) => R): R {
  const addon = native();
  try {
    return work(addon);
  } catch (error) {
    throw typed(error);
  }
}
