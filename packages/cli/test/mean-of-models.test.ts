// `aam train --asv-weights`, and `aam predict` with several models.
import { existsSync, readFileSync } from 'node:fs';
import { readCheckpoint } from '@seq/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam } from './fake-terminal.js';
import { makeStudy, predictionCall, rowsOf, type Study, trainingCall } from './small-study.js';

let study: Study;
beforeAll(async () => {
  study = await makeStudy();
});
afterAll(async () => study.remove());

async function train(name: string, flags: readonly string[]): Promise<string> {
  const { exitCode, stderr } = await aam(trainingCall(study, 'train', name, flags));
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('best epoch')]);
  return study.path(name, 'best.safetensors');
}

const predict = (model: string, output: string) => aam(predictionCall(study, model, output));

/** Predicted value of each sample. */
const predicted = (path: string): Map<string, number> =>
  new Map(
    rowsOf(path)
      .slice(1)
      .map(([id, value]) => [id!, Number(value)]),
  );

describe('aam train --asv-weights and the mean of models', () => {
  it('trains a weight for each ASV of the table, and predicts the mean of several models', async () => {
    const age = ['--metadata-column', 'age'];
    const wide = await train('wide', [...age, '--asv-weights']);
    const plain = await train('plain', [...age, '--seed', '2']);
    const checkpoint = await readCheckpoint(wide);
    if (checkpoint.kind !== 'predictor') throw new Error('no predictor');
    const letters = readFileSync(study.sequences, 'utf8').split('\n');
    const dna = new Set(letters.filter((line) => line !== '' && !line.startsWith('>')));
    expect(new Set(checkpoint.model.knownAsvs)).toEqual(dna);
    const weights = checkpoint.weights.get('asv_weights.weight')!;
    expect(weights.shape).toEqual([dna.size, 1]);

    const { stdout } = await aam(['inspect', wide]);
    expect(stdout).toContain(`, ${dna.size} knownAsvs, `);

    const paths = ['wide.tsv', 'plain.tsv', 'both.tsv'].map((name) => study.path(name));
    for (const [i, model] of [wide, plain, `${wide},${plain}`].entries()) {
      expect((await predict(model, paths[i]!)).exitCode).toBe(0);
    }
    const [first, second, both] = paths.map(predicted);
    for (const [id, value] of both!) {
      const mean = (first!.get(id)! + second!.get(id)!) / 2;
      expect(Math.abs(value - mean)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(mean)));
    }
    expect([...first!.values()]).not.toEqual([...second!.values()]);
  });

  it('keeps ASVs in one file for models of one encoder, and refuses it for models of several', async () => {
    const age = ['--metadata-column', 'age'];
    const [first, second] = [await train('one', age), await train('two', [...age, '--seed', '3'])];
    const cache = study.path('asvs.arrow');
    const call = (models: string) =>
      aam(predictionCall(study, models, study.path('cached.tsv'), ['--asv-cache', cache]));
    const { exitCode, stderr } = await call(`${first},${first},${second}`);
    const said = `one encoder makes of ASVs, and "${first}" and "${second}" have different`;
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(said)]);
    expect([existsSync(cache), existsSync(study.path('cached.tsv'))]).toEqual([false, false]);
    expect(await call(`${first},${first}`)).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: expect.not.stringContaining('replaced'),
    });
    expect(existsSync(cache)).toBe(true);
  });

  it('refuses models of different targets and writes nothing', async () => {
    const age = await train('age', ['--metadata-column', 'age']);
    const site = await train('site', ['--metadata-column', 'site', '--classifier', '--best-metric', 'f1']);
    const output = study.path('refused.tsv');
    const { exitCode, stderr } = await predict(`${age},${site}`, output);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('model 1 predicts "age", model 2 predicts "site"')]);
    expect(() => readFileSync(output)).toThrow(/ENOENT/);
  });
});
