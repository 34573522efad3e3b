// Files of splits in the tools that researchers have beside ours.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { foldSamples, nestedFolds, splitSamples, writeSampleIds, writeSplit } from '@seq/data';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './fixtures.js';

const python = '/usr/bin/python3';
const has = (module: string): Promise<boolean> =>
  promisify(execFile)(python, ['-c', `import ${module}`]).then(
    () => true,
    () => false,
  );
const [hasQiime2, hasPandas] = await Promise.all([has('qiime2'), has('pandas')]);

/** Ids that tools like to take for numbers, and one with a space. */
const ids = [
  '007',
  '1e5',
  '10249.C001.01SS',
  'a b',
  'NA12878',
  'true',
  ...Array.from({ length: 12 }, (_, i) => `s${i}`),
];

async function written(): Promise<{ folder: string; held: string[]; fold: Map<string, string> }> {
  const folder = temporaryFolder();
  const split = splitSamples(ids, { fraction: 0.25, seed: 3 });
  const folds = foldSamples(ids, { folds: 3, seed: 3 });
  await writeSplit(join(folder, 'split.tsv'), { kind: 'split', split });
  await writeSplit(join(folder, 'folds.tsv'), { kind: 'folds', folds });
  const nested = nestedFolds(ids, { outerFolds: 3, innerFolds: 2, seed: 3 });
  await writeSplit(join(folder, 'nested.tsv'), { kind: 'nested', folds: nested });
  await writeSampleIds(join(folder, 'held.txt'), split.validation);
  const fold = new Map(folds.flatMap(({ validation }, i) => validation.map((id) => [id, `fold-${i + 1}`] as const)));
  return { folder, held: [...split.validation].sort(), fold };
}

async function answerOf(script: string, folder: string): Promise<Record<string, unknown>> {
  const { stdout } = await promisify(execFile)(python, ['-c', script, folder]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe.skipIf(!hasQiime2)('QIIME 2, where it is installed', () => {
  it('reads splits as sample metadata, and selects samples by them', { timeout: 60_000 }, async () => {
    const { folder, held, fold } = await written();
    const script = `import sys, json, qiime2
at = lambda name: qiime2.Metadata.load(sys.argv[1] + '/' + name)
split, folds, nested = at('split.tsv'), at('folds.tsv'), at('nested.tsv')
print(json.dumps({
  'types': [column.type for column in split.columns.values()] + [column.type for column in nested.columns.values()],
  'held': sorted(split.get_ids("[split]='validation'")),
  'fold': folds.get_column('fold').to_series().to_dict(),
  'missing': int(nested.to_dataframe()['inner-fold-of-fold-1'].isna().sum()),
}))`;
    const found = await answerOf(script, folder);
    expect(found.types).toEqual(Array.from({ length: 5 }, () => 'categorical'));
    expect(found.held).toEqual(held);
    expect(found.fold).toEqual(Object.fromEntries(fold));
    expect(found.missing).toBe([...fold.values()].filter((name) => name === 'fold-1').length);
  });
});

describe.skipIf(!hasPandas)('pandas, where it is installed', () => {
  it('reads splits and lists of ids as they are', { timeout: 60_000 }, async () => {
    const { folder, held, fold } = await written();
    const script = `import sys, json, pandas
split = pandas.read_csv(sys.argv[1] + '/split.tsv', sep='\\t', dtype=str, keep_default_na=False, index_col='sample-id')
folds = pandas.read_csv(sys.argv[1] + '/folds.tsv', sep='\\t', dtype=str, keep_default_na=False, index_col='sample-id')
print(json.dumps({
  'held': sorted(split.index[split['split'] == 'validation']),
  'listed': sorted(open(sys.argv[1] + '/held.txt').read().splitlines()),
  'fold': folds['fold'].to_dict(),
}))`;
    expect(await answerOf(script, folder)).toEqual({ held, listed: held, fold: Object.fromEntries(fold) });
  });
});
