// Table, sequences, metadata, target, tree and distances are matched once, before anything is trained: one report of all.
import { readSampleIds } from '@seq/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam } from './fake-terminal.js';
import {
  ages,
  counts,
  fastaText,
  featureIds,
  makeStudy,
  metadataText,
  type Study,
  sampleIds,
  trainingCall,
  treeText,
} from './small-study.js';

let study: Study;
beforeAll(async () => {
  study = await makeStudy();
  await study.write(
    'gaps.tsv',
    metadataText({ ids: sampleIds.slice(1), age: ages.map((age, i) => (i === 3 ? '' : age)) }),
  );
  await study.write('some.fasta', fastaText(featureIds.slice(0, 13)));
  await study.write('some.nwk', treeText([...featureIds.slice(1), 'elsewhere']));
  const matrix = (ids: readonly string[]): string =>
    `${[['', ...ids], ...ids.map((id, i) => [id, ...ids.map((_, j) => Math.abs(i - j) / 32)])].map((cells) => cells.join('\t')).join('\n')}\n`;
  await study.write('near.tsv', matrix(sampleIds.slice(2)));
  await study.write('far.tsv', matrix(sampleIds.slice(0, 15)));
});
afterAll(async () => study.remove());

const call = (command: string, flags: readonly string[]): string[] => {
  const metadata = study.path('gaps.tsv');
  const gappy = { ...study, sequences: study.path('some.fasta'), metadata };
  const own = command === 'train' ? ['--penalty', '1'] : ['--metadata', metadata];
  return trainingCall(gappy, command, command, [...own, ...flags]);
};
const reads = (features: (i: number) => boolean, samples: (i: number) => boolean): number =>
  counts.reduce(
    (sum, row, f) => sum + row.reduce((of, count, s) => of + (features(f) && samples(s) ? count : 0), 0),
    0,
  );
const whole = reads(
  () => true,
  () => true,
);
const lost = (features: (i: number) => boolean, samples: (i: number) => boolean): string => {
  const count = reads(features, samples);
  return `${String(count).replace(/\B(?=(\d{3})+$)/g, ',')} reads`;
};
const every = () => true;

describe('aam train', () => {
  const inputs = ['--unifrac-matrix', 'near.tsv'];
  const flags = () => ['--tree', study.path('some.nwk'), inputs[0]!, study.path(inputs[1]!)];

  it('refuses what anything lacks, with one report of all, and the reads concerned', async () => {
    const { exitCode, stderr } = await aam(call('train', flags()));
    expect(exitCode, stderr).toBe(1);
    expect(stderr).toContain(`1 without metadata ("s00"; ${lost(every, (s) => s === 0)})`);
    expect(stderr).toContain(`without a target (first: "s00", "s04"; ${lost(every, (s) => s === 0 || s === 4)})`);
    expect(stderr).toContain(`2 not in the distance matrix (first: "s00", "s01"; ${lost(every, (s) => s < 2)})`);
    expect(stderr).toContain(`1 without a sequence ("asv13"; ${lost((f) => f === 13, every)})`);
    expect(stderr).toContain(`1 not a tip of the tree ("asv00"; ${lost((f) => f === 0, every)})`);
    expect(stderr).toContain('1 only in the tree (no harm) ("elsewhere")');
    expect(stderr).toContain('--missing drop leaves out what is missing');
  });

  it('leaves it out where that is allowed, and says the same', async () => {
    const { exitCode, stderr } = await aam(call('train', [...flags(), '--missing', 'drop']));
    expect(exitCode, stderr).toBe(0);
    const kept = reads(
      (f) => f > 0 && f < 13,
      (s) => s >= 2 && s !== 4,
    );
    const used = sampleIds.filter((_, i) => i >= 2 && i !== 4);
    expect(stderr).toContain(`samples: ${used.length} of 16 kept`);
    expect(stderr).toContain('features: 12 of 14 kept');
    const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
    expect(stderr).toContain(`reads: ${grouped(kept)} of ${grouped(whole)} kept`);
    const lists = await Promise.all(
      ['train', 'val'].map((name) => readSampleIds(study.path('train', `${name}_samples.txt`))),
    );
    expect(lists.flat().sort()).toEqual(used);
  });

  it('refuses distances that nothing is learned of', async () => {
    const { exitCode, stderr } = await aam(call('train', [...flags(), '--penalty', '0']));
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--unifrac-matrix has no effect with --penalty 0')]);
  });
});

describe('aam pretrain', () => {
  const matrices = () => ['--unifrac-matrix', `${study.path('near.tsv')},${study.path('far.tsv')}`];

  it('learns the distances that all matrices have, and says which samples some lacks', async () => {
    const refused = await aam(call('pretrain', matrices()));
    expect(refused.exitCode, refused.stderr).toBe(1);
    expect(refused.stderr).toContain('3 not in the distance matrix (first: "s00", "s01", "s15"');
    const { exitCode, stderr } = await aam(call('pretrain', [...matrices(), '--missing', 'drop']));
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain('samples: 13 of 16 kept');
  });
});
