import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, demoPath, temporaryFolder } from '../../test/fixtures.js';
import { readSampleMetadata } from './read-sample-metadata.js';
import { type MetadataColumn, SampleMetadata } from './sample-metadata.js';
import { writeSampleMetadata } from './write-sample-metadata.js';

const written = async (metadata: SampleMetadata): Promise<{ text: string; read: SampleMetadata }> => {
  const path = join(temporaryFolder(), 'metadata.tsv');
  await writeSampleMetadata(path, metadata);
  return { text: readFileSync(path, 'utf8'), read: await readSampleMetadata(path) };
};
const plainOf = (metadata: SampleMetadata): [readonly string[], MetadataColumn[]] => [
  metadata.sampleIds,
  [...metadata.columns.values()],
];

describe('writeSampleMetadata', () => {
  it('writes plain lines, and directives only where a text would be read as something else', async () => {
    const plain = new SampleMetadata(
      ['s1', 's2'],
      [
        { name: 'age', type: 'numeric', values: ['1.50', null] },
        { name: 'site', type: 'categorical', values: ['gut, left', 'a "b"\tc'] },
      ],
    );
    expect((await written(plain)).text).toBe('sample-id\tage\tsite\ns1\t1.50\tgut, left\ns2\t\t"a ""b""\tc"\n');
    const codes = new SampleMetadata(
      ['0012'],
      [
        { name: 'fold', type: 'categorical', values: ['1'] },
        { name: 'code', type: 'categorical', values: ['NA'] },
      ],
    );
    const { text, read } = await written(codes);
    expect(text).toBe('sample-id\tfold\tcode\n#q2:types\tcategorical\t\n#q2:missing\t\tblank\n0012\t1\tNA\n');
    expect(plainOf(read)).toEqual(plainOf(codes));
  });

  it('for any metadata, is read as it was or refused, and a refusal leaves no file', async () => {
    const word = fc.oneof(
      fc.constantFrom('NA', '1', '-2.5e3', 'gut', '#x', 'id', ''),
      fc.string({ maxLength: 6, unit: 'grapheme' }),
    );
    const anyMetadata = fc
      .record({
        ids: fc.uniqueArray(word, { minLength: 1, maxLength: 5 }),
        names: fc.uniqueArray(word, { maxLength: 3 }),
      })
      .chain(({ ids, names }) =>
        fc.tuple(
          fc.constant(ids),
          fc.tuple(
            ...names.map((name) =>
              fc.record({
                name: fc.constant(name),
                type: fc.constantFrom<MetadataColumn['type'][]>('numeric', 'categorical'),
                values: fc.array(fc.option(word), { minLength: ids.length, maxLength: ids.length }),
              }),
            ),
          ),
        ),
      );
    const folder = temporaryFolder();
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(anyMetadata, async ([ids, columns]) => {
        const metadata = new SampleMetadata(ids, columns);
        const path = join(folder, `${taken}.tsv`);
        let code = 'taken';
        await writeSampleMetadata(path, metadata).catch((error: { code: string }) => {
          code = error.code;
        });
        if (code === 'taken') {
          const read = await readSampleMetadata(path);
          const blankAsMissing = columns.map((column) => ({
            ...column,
            values: column.values.map((value) => value || null),
          }));
          expect(plainOf(read)).toEqual([ids, blankAsMissing]);
          taken += 1;
        } else expect(code).toBe('METADATA_MALFORMED');
        expect(readdirSync(folder).length).toBe(taken);
      }),
    );
    expect(taken).toBeGreaterThan(5);
  });

  it('gives the demo metadata back', async () => {
    const metadata = await readSampleMetadata(demoPath('metadata.tsv'));
    expect(plainOf((await written(metadata)).read)).toEqual(plainOf(metadata));
  });

  it('refuses what would be read as something else, and names it', async () => {
    const refusal =
      (ids: string[], column: Partial<MetadataColumn> = {}) =>
      () =>
        written(
          new SampleMetadata(ids, [{ name: 'site', type: 'categorical', values: ids.map(() => 'gut'), ...column }]),
        );
    await expect(refusal(['#s1', 's2'])()).rejects.toThrow('the sample id "#s1" would be read as something else');
    await expect(refusal(['a'], { values: [' gut'] })()).rejects.toThrow('" gut" in column "site" of sample "a"');
    await expect(refusal(['a'], { type: 'numeric' })()).rejects.toThrow('cannot be written');
    expect(await codeOf(refusal(['a'], { name: 'sample-id' }))).toBe('METADATA_MALFORMED');
    expect(await codeOf(refusal([]))).toBe('METADATA_MALFORMED');
  });
});
