// A short seeded run of a package's fuzz targets, as a part of its tests.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type FuzzTarget, isRefusal } from './fuzz-target.js';
import { Random } from './random.js';

const inputs = 40;

/**
 * One test for each `.fuzz.ts` of a folder: each of 40 inputs is read, or refused with a `SeqError`; some are refused.
 *
 * @param folder - the folder, ending with `/`.
 */
export function testFuzzTargets(folder: URL): void {
  it.each(readdirSync(fileURLToPath(folder)).filter((file) => file.endsWith('.fuzz.ts')))(
    '%s: refuses with a SeqError or reads',
    async (file) => {
      const { default: target } = (await import(fileURLToPath(new URL(file, folder)))) as { default: FuzzTarget };
      const ends = { read: 0, refused: 0 };
      for (let number = 0; number < inputs; number++) {
        const input = target.generate(new Random(`test ${target.name} ${number}`));
        try {
          await target.run(input);
          ends.read += 1;
        } catch (error) {
          if (!isRefusal(error)) throw error;
          ends.refused += 1;
        }
      }
      expect(ends.read + ends.refused).toBe(inputs);
      expect(ends.refused).toBeGreaterThan(0);
    },
  );
}
