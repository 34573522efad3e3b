import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, vectorPath } from '../../test/fixtures.js';
import { readFasta } from '../sequences/read-fasta.js';
import { openArtifact, wrongArtifact } from './qiime2-artifact.js';
import { writeZip } from './write-zip.js';

const uuid = '0a1b2c3d-0000-4000-8000-000000000001';

/** An archive with these files in its top folder. */
async function archiveOf(files: Readonly<Record<string, string>>): Promise<string> {
  const path = join(temporaryFolder(), 'x.qza');
  const members = Object.entries(files).map(([name, text]) => ({ name: `${uuid}/${name}`, content: () => text }));
  const file = await open(path, 'w');
  await writeZip(file, members, { time: new Date(0) });
  await file.close();
  return path;
}

const version = (archive: string): string => `QIIME 2\narchive: ${archive}\nframework: 2024.10.1\n`;
const metadata = (more = ''): string =>
  `uuid: ${uuid}\ntype: FeatureData[Sequence]\nformat: DNASequencesDirectoryFormat\n${more}`;
const data = { 'data/dna-sequences.fasta': '>f1\nACGT\n' };

describe('openArtifact', () => {
  it.each([
    ['0, which has nothing but its data', { VERSION: version('0'), 'metadata.yaml': metadata(), ...data }],
    [
      '4, which has provenance',
      {
        VERSION: version('4'),
        'metadata.yaml': metadata(),
        'provenance/VERSION': version('4'),
        'provenance/citations.bib': '',
        ...data,
      },
    ],
    ['6, which has checksums', { VERSION: version('6'), 'metadata.yaml': metadata(), 'checksums.md5': '', ...data }],
    [
      '7.1, which has other checksums, sizes, and annotations that may be signed',
      {
        VERSION: version('7.1'),
        'metadata.yaml': metadata('data-size: 9\n'),
        'checksums.sha512': '',
        'provenance/conda-env.yaml': 'name: base\n',
        'provenance/annotations/0a1b2c3d-0000-4000-8000-000000000002/metadata.yaml': 'type: Signature\n',
        ...data,
      },
    ],
  ])('reads archives of version %s', async (_, files) => {
    const path = await archiveOf(files);
    expect(await openArtifact(path, readFileSync(path))).toMatchObject({
      type: 'FeatureData[Sequence]',
      uuid,
      format: 'DNASequencesDirectoryFormat',
      files: ['dna-sequences.fasta'],
    });
    expect([...(await readFasta(path))]).toEqual([['f1', 'ACGT']]);
  });

  it('takes properties off a type', async () => {
    const path = await archiveOf({
      VERSION: version('5'),
      'metadata.yaml': `uuid: ${uuid}\ntype: "DistanceMatrix % Properties('phylogenetic')"\nformat: null\n`,
      'data/index.html': '',
    });
    const { type } = await openArtifact(path, readFileSync(path));
    expect(type).toBe('DistanceMatrix');
  });

  it('refuses an archive without a type, a part of an artifact, and one that a spreadsheet wrote', async () => {
    const found = async (files: Readonly<Record<string, string>>) => {
      const path = await archiveOf(files);
      return openArtifact(path, readFileSync(path));
    };
    await expect(found({ VERSION: version('5'), 'metadata.yaml': `uuid: ${uuid}\n` })).rejects.toThrow('names no type');
    await expect(found({ 'metadata.yaml': metadata(), ...data })).rejects.toThrow('without VERSION and metadata.yaml');
    await expect(found({ VERSION: version('5'), ...data })).rejects.toThrow('without VERSION and metadata.yaml');
    const foreign = vectorPath('08_data/qza/not_an_artifact.qza');
    await expect(openArtifact(foreign, readFileSync(foreign))).rejects.toThrow('no QIIME 2 artifact');
  });
});

describe('wrongArtifact', () => {
  it.each([
    ['FeatureData[AlignedSequence]', 'That is sequences, which readFasta reads'],
    ['FeatureData[Taxonomy]', 'That is metadata, which readSampleMetadata reads'],
    ['Phylogeny[Unrooted]', 'That is a tree, which openTree of @seq/unifrac reads'],
    ['FeatureData[SequenceCharacteristics % Properties]', 'Nothing here reads that'],
  ])('says of %s what reads it', (type, advice) => {
    expect(wrongArtifact('x.qza', 'a feature table', type).message).toContain(advice);
  });
});
