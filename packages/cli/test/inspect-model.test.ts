import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encoderConfig, type ModelSummary, predictorConfig, summarize } from '@seq/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam } from './fake-terminal.js';

const referenceCheckpoints = fileURLToPath(
  new URL('../../../packages/train/test/fixtures/reference/', import.meta.url),
);
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aam-inspect-model-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function summaryOf(...argv: readonly string[]): Promise<ModelSummary> {
  const { exitCode, stdout, stderr } = await aam(['inspect', 'model', ...argv, '--format', 'json']);
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as ModelSummary;
}

const plain = (summary: ModelSummary): ModelSummary => JSON.parse(JSON.stringify(summary)) as ModelSummary;

describe('aam inspect model', () => {
  it('prints a table by module for a configuration of a model', async () => {
    const path = await file('predictor.json', { base: { embeddingWidth: 64 }, layers: { count: 1 }, outputWidth: 2 });
    const { exitCode, stdout, stderr } = await aam(['inspect', 'model', path, '--asvs', '100', '--bases', '90']);
    expect([exitCode, stderr]).toEqual([0, '']);
    const config = predictorConfig({ base: { embeddingWidth: 64 }, layers: { count: 1 }, outputWidth: 2 });
    const { total, modules } = summarize(config, { asvsPerSample: 100, basesPerAsv: 90 });
    expect(stdout).toMatch(/^predictor, for a sample of 100 ASVs of 90 bases\n/);
    const row = (name: string): readonly string[] => {
      return stdout
        .split('\n')
        .find((line) => line.startsWith(`${name} `))!
        .slice(name.length)
        .trim()
        .split(/ {2,}/);
    };
    const [first, ...rest] = row('total');
    expect(first).toBe(total.parameters.toLocaleString('en-US'));
    expect(rest).toEqual([
      `${(total.parameterBytes / 2 ** 20).toPrecision(3)} MiB`,
      `${(total.flops / 1e9).toPrecision(3)} G`,
      `${(total.activationBytes / 2 ** 20).toPrecision(3)} MiB`,
    ]);
    for (const { name } of modules) expect(stdout).toContain(`\n${name} `);
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it('reads settings of pretrain and of train, as YAML', async () => {
    const pretrain = await file('pretrain.yaml', 'embedding-dim: 32\nattention-layers: 2\ntoken_limit: 64\n');
    const layers = { asv: 2, sample: 2, encoder: 2 };
    const base = { embeddingWidth: 32, layers, maxAsvsPerSample: 64 };
    expect(await summaryOf(pretrain)).toEqual(plain(summarize(encoderConfig(base))));
    const train = await file(
      'train.yaml',
      'metadata-column: age\nembedding-dim: 32\nattention-layers: 2\ntoken-limit: 64\nregressor-hidden-dims: [8]\n',
    );
    const head = { kind: 'mlp', hiddenWidths: [8], dropout: 0 } as const;
    const wanted = summarize(predictorConfig({ base, head, layers: { count: 2, target: 2 } }), { asvsPerSample: 10 });
    expect((await summaryOf(train, '--asvs', '10')).total).toEqual(plain(wanted).total);
    const quantiles = await file('quantiles.yaml', 'metadata-column: age\nembedding-dim: 32\nloss-type: quantile\n');
    const three = predictorConfig({ base: { embeddingWidth: 32 }, quantileCount: 3, nonCrossingQuantiles: true });
    expect((await summaryOf(quantiles)).total).toEqual(plain(summarize(three)).total);
  });

  it('reads a checkpoint', async () => {
    const out = join(folder, 'imported.safetensors');
    const imported = await aam(['import', join(referenceCheckpoints, 'final_model.pt'), '--output', out]);
    expect(imported.exitCode).toBe(0);
    const summary = await summaryOf(out, '--asvs', '3', '--encoded-asvs', '1.5');
    const { stdout } = await aam(['inspect', out]);
    expect(stdout).toMatch(new RegExp(`parameters +${summary.total.parameters} in `));
  });

  it('leaves aam inspect as it was, also for its flags', async () => {
    const table = await file('table.tsv', '#OTU ID\tS1\tS2\nACGT\t1\t2\n');
    const { exitCode, stdout } = await aam(['inspect', table]);
    expect([exitCode, /samples +2/.test(stdout)]).toEqual([0, true]);
    const settings = await file('settings.yaml', 'asvs: 7\n');
    const model = await file('encoder.json', { embeddingWidth: 16 });
    expect((await summaryOf(model, '--config', settings)).sample.asvsPerSample).toBe(7);
  });

  it.each<[string, unknown, RegExp, number]>([
    ['typo.yaml', 'embeding-dim: 32\n', /"embeding-dim" is no setting.*Did you mean "embedding-dim"/, 2],
    ['field.json', { embeddingWidth: 32, depth: 3 }, /there is no field "depth"/, 1],
    ['value.json', { embeddingWidth: 30 }, /heads is 4. It must be a divisor of embeddingWidth 30/, 1],
    ['list.yaml', '- 1\n', /settings as "name: value" lines are needed, got a list/, 2],
    ['noise.bin', 'noise', /noise.bin" is damaged/, 1],
  ])('refuses %s with a sentence', async (name, content, says, wanted) => {
    const { exitCode, stdout, stderr } = await aam(['inspect', 'model', await file(name, content)]);
    expect([stdout, exitCode]).toEqual(['', wanted]);
    expect(stderr).toMatch(says);
  });

  it('has a help of its own, and stands in that of aam inspect', async () => {
    const { exitCode, stdout } = await aam(['inspect', 'model', '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Example:\n {2}aam inspect model /);
    expect((await aam(['inspect', '--help'])).stdout).toContain('\n  model ');
    const wrong = await aam(['inspect', 'model', 'x', '--nonsense']);
    expect([wrong.exitCode, /`aam inspect model --help`/.test(wrong.stderr)]).toEqual([2, true]);
  });
});
