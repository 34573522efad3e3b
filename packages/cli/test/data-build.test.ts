import { readdir, readFile, writeFile } from 'node:fs/promises';
import { openFeatureTable, readFeatureTable, tableOfSource } from '@seq/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam } from './fake-terminal.js';
import { demoTable, makeStudy, type Study } from './small-study.js';

let study: Study;

beforeAll(async () => {
  study = await makeStudy();
});

afterAll(() => study.remove());

describe('aam data build', () => {
  it('makes a shard folder of the table, says what is in it, and replaces it only when asked', async () => {
    const folder = study.path('new/demo.shards');
    const { exitCode, stdout, stderr } = await aam(['data', 'build', demoTable, folder, '--samples-per-batch', '100']);
    expect([exitCode, stdout]).toEqual([0, '']);
    expect(stderr).toContain(
      `741 samples, 2,294 features, 44,948 counts above zero as uint32 in 1 shard, in ${folder}\n`,
    );
    const manifest = JSON.parse(await readFile(`${folder}/manifest.json`, 'utf8')) as Record<string, unknown>;
    expect(manifest).toMatchObject({ version: 1, samplesPerBatch: 100, countType: 'uint32' });
    await using source = await openFeatureTable(folder);
    expect(await tableOfSource(source)).toEqual(await readFeatureTable(demoTable));

    const again = await aam(['data', 'build', demoTable, folder]);
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain('shards are there already');
    const replaced = await aam(['data', 'build', demoTable, folder, '--overwrite', '--count-type', 'float64']);
    expect(replaced.stderr).toContain('as float64');
    expect(await readdir(study.path('new'))).toEqual(['demo.shards']);
  });

  it('is looked at by aam inspect like any table', async () => {
    const folder = study.path('inspected.shards');
    await aam(['data', 'build', demoTable, folder]);
    const { stdout } = await aam(['inspect', folder]);
    expect(stdout).toBe((await aam(['inspect', demoTable])).stdout);
  });

  it('leaves alone what is no shard folder, and refuses what is no table', async () => {
    await writeFile(study.path('thesis.txt'), 'precious');
    const onFile = await aam(['data', 'build', demoTable, study.path('thesis.txt'), '--overwrite']);
    expect([onFile.exitCode, onFile.stderr]).toEqual([1, expect.stringContaining('something that is no shard folder')]);
    expect(await readFile(study.path('thesis.txt'), 'utf8')).toBe('precious');
    const missing = await aam(['data', 'build', study.path('nothing.biom'), study.path('x')]);
    expect([missing.exitCode, missing.stderr]).toEqual([1, expect.stringContaining('There is no file')]);
    const wrong = await aam(['data', 'build', demoTable, study.path('x'), '--count-type', 'int8']);
    expect(wrong.exitCode).toBe(2);
  });
});
