// The one door of this package to the addon: every call passes here, and every error comes out typed.
import { type ErrorDetails, fromNative, type NativeAddon, native, SeqError } from '@seq/native';

export { type ErrorDetails, type NativeAddon, SeqError };

/** A native phylogeny. */
export type PhylogenyHandle = InstanceType<NativeAddon['PhylogenyHandle']>;

/** A native tree that is prepared for a list of features. */
export type SpaceHandle = InstanceType<NativeAddon['SpaceHandle']>;

/** Native distances that are computed by rows. */
export type PreparedHandle = InstanceType<NativeAddon['PreparedHandle']>;

/** Progress of a native computation, and the way to end it. */
export type JobHandle = InstanceType<NativeAddon['JobHandle']>;

/** Runs `work` with the addon, which is loaded on the first call. */
export function callNative<R>(work: (addon: NativeAddon) => R): R {
  const addon = native();
  try {
    return work(addon);
  } catch (error) {
    throw fromNative(error);
  }
}

/** As {@link callNative} for work that ends later. */
export async function callNativeLater<R>(work: (addon: NativeAddon) => Promise<R>): Promise<R> {
  const addon = native();
  try {
    return await work(addon);
  } catch (error) {
    throw fromNative(error);
  }
}
