import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';
import { Random } from '../../../tooling/fuzz/random.js';

const folder = fileURLToPath(new URL('../fuzz/', import.meta.url));
const inputs = 40;

describe('readers under hostile input', () => {
  it.each(readdirSync(folder).filter((file) => file.endsWith('.fuzz.ts')))(
    '%s: refuses with a SeqError or reads',
    async (file) => {
      const { default: target } = (await import(`${folder}${file}`)) as { default: FuzzTarget };
      const ends = { read: 0, refused: 0 };
      for (let number = 0; number < inputs; number++) {
        const input = target.generate(new Random(`test ${target.name} ${number}`));
        try {
          await target.run(input);
          ends.read += 1;
        } catch (error) {
          if (!(error instanceof Error) || error.name !== 'SeqError') throw error;
          ends.refused += 1;
        }
      }
      expect(ends.read + ends.refused).toBe(inputs);
      expect(ends.refused).toBeGreaterThan(0);
    },
  );
});
