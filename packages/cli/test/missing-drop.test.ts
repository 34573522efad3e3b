import { readFile } from 'node:fs/promises';
import { readSampleIds } from '@seq/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BadStudy, makeBadStudy } from './bad-study.js';
import { aam } from './fake-terminal.js';
import { sampleIds } from './small-study.js';

let study: BadStudy;

beforeAll(async () => {
  study = await makeBadStudy();
});

afterAll(() => study.remove());

describe('--missing drop', () => {
  it('trains on the samples that have a target, and says how many have none', async () => {
    const folder = study.path('known');
    const { exitCode, stderr } = await aam(
      study.train({ '--metadata': study.bad.missingAges, '--missing': 'drop', '--output-dir': folder }),
    );
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain('2 without a target (first: "s04", "s09"; 468 reads)');
    const used = [
      ...(await readSampleIds(`${folder}/train_samples.txt`)),
      ...(await readSampleIds(`${folder}/val_samples.txt`)),
    ];
    expect(used.sort()).toEqual(sampleIds.filter((id) => id !== 's04' && id !== 's09'));
  });

  it('compares with a forest and reports where some actual values are unknown', async () => {
    const ids = await study.write('all.txt', sampleIds.map((id) => `${id}\n`).join(''));
    const described = ['--metadata', study.bad.missingAges];
    const forest = await aam([
      ...['rf-baseline', '--table', study.table, ...described, '--metadata-column', 'age', '--n-estimators', '5'],
      ...['--train-samples', ids, '--val-samples', ids, '--missing', 'drop', '--output', study.path('forest.tsv')],
    ]);
    expect(forest.exitCode, forest.stderr).toBe(0);
    const predicted = await aam(
      study.predict({ '--metadata': study.bad.missingAges, '--output': study.path('p.tsv') }),
    );
    expect(predicted.exitCode, predicted.stderr).toBe(0);
    const report = await aam([
      ...['report', '--predictions', study.path('p.tsv'), '--baseline', study.path('forest.tsv')],
      ...['--output-dir', study.path('report')],
    ]);
    expect(report.stderr).toContain('2 of 16 samples of');
    expect(
      report.stdout
        .split('\n')
        .slice(1, 3)
        .map((line) => line.split('\t')[1]),
    ).toEqual(['14', '14']);
  });

  it('leaves out features that the tree lacks, and says so', async () => {
    const output = study.path('partial.tsv');
    const { exitCode, stderr } = await aam(
      study.unifrac({ '--tree': study.bad.smallTree, '--missing': 'drop', '--output': output }),
    );
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain('2 not a tip of the tree');
    expect((await readFile(output, 'utf8')).split('\n')).toHaveLength(18);
  });
});
