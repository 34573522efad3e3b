import { expect, it } from 'vitest';
import { callNativeLater, SeqError } from './native.js';

it('a panic on another thread arrives as a typed error, and the addon goes on', async () => {
  const text = (values: Float64Array) => callNativeLater((addon) => addon.rowsAsTextLater(['a', 'b'], values, ','));
  const wrong: unknown = await text(Float64Array.of(1, 2, 3)).catch((error: unknown) => error);
  expect(wrong).toBeInstanceOf(SeqError);
  expect(wrong).toMatchObject({
    code: 'NATIVE_FAULT',
    message: expect.stringContaining('values do not fill the rows'),
  });
  expect((await text(Float64Array.of(1, 2))).toString()).toBe('a,1\nb,2\n');
});
