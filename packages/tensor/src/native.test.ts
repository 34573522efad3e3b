import { describe, expect, it } from 'vitest';
import { callNative, type NativeAddon, SeqError } from './native.js';

/** What this makes of a call that must fail. */
async function failureOf(work: (addon: NativeAddon) => unknown): Promise<SeqError> {
  try {
    await callNative(work);
  } catch (error) {
    return error as SeqError;
  }
  throw new Error('the call did not fail');
}

describe('a panic in the addon', () => {
  it('arrives as a typed error, and the addon goes on', async () => {
    const wrong = await failureOf((addon) => {
      const x = addon.TensorHandle.fromData(Float32Array.of(1), [1, 1]);
      const offsets = Uint32Array.of(0, 1);
      return addon.attention(x, offsets, x, x, offsets, undefined, [x, x, x], 1);
    });
    expect(wrong).toBeInstanceOf(SeqError);
    expect(wrong.code).toBe('NATIVE_FAULT');
    expect(wrong.message).toContain('four parameters');
    expect(wrong.message).toContain('fault of Seq');
    expect(wrong.cause).toBeInstanceOf(Error);
    expect(callNative((addon) => addon.threads())).toBeGreaterThan(0);
  });
});
