// That a sample's draw depends on nothing but the sample: not on order, on what is beside it, or on who draws.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsOf, tableOf } from '../../test/fixtures.js';
import { multinomial } from '../random/distributions.js';
import { Draws } from '../random/draws.js';
import { selectSamples } from '../table/select-samples.js';
import { type RarefyOptions, rarefy } from './rarefy.js';

const anyRows = fc.array(fc.array(fc.constantFrom<number[]>(0, 1, 2, 7, 40), { minLength: 5, maxLength: 5 }), {
  minLength: 2,
  maxLength: 7,
});
const sum = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0);

describe.each([false, true])('rarefied with replacement: %j', (withReplacement) => {
  it('for any table, order of samples and division among workers, every sample has the same reads', () => {
    fc.assert(
      fc.property(
        anyRows,
        fc.infiniteStream(fc.nat(2)),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        fc.nat(99),
        (rows, workers, depth, seed, epoch) => {
          fc.pre(rows.some((row) => sum(row) >= depth));
          const table = tableOf(rows);
          const options: RarefyOptions = { depth, seed, epoch, belowDepth: 'keep', withReplacement };
          const whole = rarefy(table, options).table;
          const workerOf = new Map(table.sampleIds.map((id) => [id, workers.next().value]));
          for (const worker of [0, 1, 2]) {
            const own = table.sampleIds.filter((id) => workerOf.get(id) === worker).reverse();
            if (own.length === 0) continue;
            const part = rarefy(selectSamples(table, own), options).table;
            expect(rowsOf(part)).toEqual(rowsOf(selectSamples(whole, own)));
          }
        },
      ),
    );
  });

  it('gives the same reads in other processes', async () => {
    const rows = [
      [50, 2, 4, 100],
      [0, 70, 1, 2],
      [3, 0, 90, 30],
    ];
    const options = { depth: 60, seed: 4, epoch: 2, withReplacement };
    const here = rowsOf(rarefy(tableOf(rows), options).table);
    expect(await Promise.all([inProcess(rows, options), inProcess(rows, options)])).toEqual([here, here]);
  });
});

/** Rarefies in a process of its own, from the sources. */
async function inProcess(rows: number[][], options: RarefyOptions): Promise<number[][]> {
  const source = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
  const program = `
    import { rarefy } from ${source('./rarefy.ts')};
    import { rowsOf, tableOf } from ${source('../../test/rows-of-tables.ts')};
    console.log(JSON.stringify(rowsOf(rarefy(tableOf(${JSON.stringify(rows)}), ${JSON.stringify(options)}).table)));`;
  const flags = ['--import', 'tsx', '--conditions=@seq/source', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { env: { PATH: process.env.PATH } });
  return JSON.parse(stdout) as number[][];
}

describe('rarefy with replacement', () => {
  it('for any table, gives the kept samples the depth, of features they have, and reports what was lost', () => {
    fc.assert(
      fc.property(
        anyRows,
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        fc.boolean(),
        (rows, depth, seed, withReplacement) => {
          fc.pre(rows.some((row) => sum(row) >= depth));
          const { table, samples, features, reads } = rarefy(tableOf(rows), { depth, seed, withReplacement });
          const after = rowsOf(table);
          after.forEach((row, i) => {
            const source = rows[Number(table.sampleIds[i]!.slice(1)) - 1]!;
            expect(sum(row)).toBe(depth);
            expect(row.every((count, j) => count === 0 || source[j]! > 0)).toBe(true);
          });
          const seen = (all: number[][]): number =>
            [0, 1, 2, 3, 4].filter((j) => all.some((row) => row[j]! > 0)).length;
          expect(samples).toEqual({ inTable: rows.length, kept: rows.filter((row) => sum(row) >= depth).length });
          expect(features).toEqual({ inTable: seen(rows), kept: seen(after) });
          expect(reads).toEqual({ inTable: sum(rows.flat()), kept: depth * after.length });
        },
      ),
    );
  });

  it('draws in proportion to the counts, a read also twice, and anew at exactly the depth', () => {
    const rows = [[1, 1, 2]];
    const drawn = Array.from(
      { length: 3000 },
      (_, epoch) => rowsOf(rarefy(tableOf(rows), { depth: 4, seed: 1, epoch, withReplacement: true }).table)[0]!,
    );
    [1, 1, 2].forEach((mean, j) => {
      expect(Math.abs(sum(drawn.map((row) => row[j]!)) / 3000 - mean)).toBeLessThan(0.1);
    });
    expect(drawn.some((row) => row[0]! > 1)).toBe(true);
    const own = multinomial(
      Float64Array.of(1, 1, 2),
      4,
      new Draws({ seed: 1, purpose: 'rarefaction', epoch: 7, id: 's1' }),
    );
    expect(drawn[7]).toEqual([...own]);
  });
});
