// Checkpoints of the reference: what PyTorch wrote is read to the last bit, and nothing in it is run.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encoderConfig, predictorConfig, SequenceEncoder, stateDict } from '@seq/model';
import { ParameterStore } from '@seq/tensor';
import { afterAll, describe, expect, it } from 'vitest';
import {
  encoderInput,
  predictorInput,
  type VectorConfig,
} from '../../../tooling/conformance/model-cases/model-configuration.js';
import { raggedBatch, under } from '../../../tooling/conformance/model-cases/padded-batch.js';
import { jsonVectors, openVector } from '../../../tooling/conformance/vectors.js';
import {
  importReferenceCheckpoint,
  modelFromCheckpoint,
  readCheckpoint,
  readReferenceStateDict,
  writeCheckpoint,
} from '../src/index.js';
import { inferConfiguration } from '../src/reference-checkpoint/infer-configuration.js';
import { PickleRefusal } from '../src/reference-checkpoint/pickled-value.js';
import { readPickle } from '../src/reference-checkpoint/read-pickle.js';
import { WeightShapes } from '../src/reference-checkpoint/weight-shapes.js';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/reference/${name}`, import.meta.url));
const conformance = (name: string): string => fileURLToPath(new URL(`../../../conformance/${name}`, import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'seq-import-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe('readReferenceStateDict', () => {
  it('reads views of an array in every element type', async () => {
    const { weights } = await readReferenceStateDict(fixture('views.pt'));
    const values = Array.from({ length: 24 }, (_, i) => i);
    const columns = (step: number): number[] => values.filter((value) => (value % 6) % step === 0);
    const transposed = values.map((_, i) => (i % 4) * 6 + Math.floor(i / 4));
    const read = Object.fromEntries(
      [...weights].map(([name, { dtype, shape, data }]) => [name, { dtype, shape, data }]),
    );
    expect(read.row).toEqual({ dtype: 'F32', shape: [6], data: Float32Array.of(6, 7, 8, 9, 10, 11) });
    expect(read.transposed).toEqual({ dtype: 'F32', shape: [6, 4], data: Float32Array.from(transposed) });
    expect(read.every_second).toEqual({ dtype: 'F32', shape: [4, 3], data: Float32Array.from(columns(2)) });
    expect(read.double).toEqual({ dtype: 'F64', shape: [4, 6], data: Float64Array.from(values) });
    expect(read.long).toEqual({ dtype: 'I64', shape: [4, 6], data: BigInt64Array.from(values.map(BigInt)) });
    expect(read.empty).toEqual({ dtype: 'F32', shape: [0, 3], data: new Float32Array(0) });
    expect(read.scalar).toEqual({ dtype: 'F32', shape: [], data: Float32Array.of(7.5) });
    expect(read.parameter).toEqual({ dtype: 'F32', shape: [6], data: Float32Array.of(0, 1, 2, 3, 4, 5) });
    // 0 to 3 and 23 in their 16 bits: sign, exponent and fraction.
    const words = (name: string): number[] => Array.from(new Uint16Array((read[name]!.data as Uint8Array).buffer));
    expect(words('half')).toHaveLength(24);
    expect([...words('half').slice(0, 4), words('half')[23]]).toEqual([0, 0x3c00, 0x4000, 0x4200, 0x4dc0]);
    expect([...words('bfloat').slice(0, 4), words('bfloat')[23]]).toEqual([0, 0x3f80, 0x4000, 0x4040, 0x41b8]);
  });

  it('refuses a file that would run code, and runs nothing', async () => {
    await expect(readReferenceStateDict(fixture('hostile.pt'))).rejects.toMatchObject({
      code: 'CHECKPOINT_FOREIGN',
      message: expect.stringMatching(/asks for the Python object "(posix|os)\.system"/),
    });
  });

  it.each([
    ['legacy.pt', 'CHECKPOINT_FOREIGN', 'before 1.6'],
    ['README.md', 'CHECKPOINT_FOREIGN', 'no file of torch.save'],
    ['nowhere.pt', 'FILE_NOT_FOUND', 'nowhere.pt'],
  ])('says what %s is', async (name, code, words) => {
    const refusal = expect.objectContaining({ code, message: expect.stringContaining(words) });
    await expect(readReferenceStateDict(fixture(name))).rejects.toEqual(refusal);
  });

  it('refuses a file that is cut off', async () => {
    const whole = readFileSync(fixture('final_model.pt'));
    for (const part of [0.2, 0.6, 0.99]) {
      const path = join(scratch, 'cut.pt');
      writeFileSync(path, whole.subarray(0, Math.floor(whole.length * part)));
      await expect(readReferenceStateDict(path)).rejects.toMatchObject({ name: 'SeqError' });
    }
  });
});

describe('readPickle', () => {
  it.each([
    ['cos\nsystem\n(X\x02\x00\x00\x00lstR.', 'asks for the Python object "os.system"'],
    ['cbuiltins\neval\n.', 'asks for the Python object "builtins.eval"'],
    ['\x8c\x02os\x8c\x06system\x93.', 'asks for the Python object "os.system"'],
    ['(ios\nsystem\n.', 'has the instruction 0x69 at byte 1, which builds no data'],
    ['ctorch\nFloatStorage\n.', 'holds a name instead of data'],
    ['K\x01)R.', 'calls something that is no Python name'],
    ['X\xff\xff\xff\x7fab.', 'is cut off or damaged'],
    ['}q', 'is cut off or damaged'],
    ['.', 'is cut off or damaged'],
    ['h\x05.', 'is cut off or damaged'],
    ['\x8a\x09123456789.', 'has an integer of 9 bytes'],
  ])('refuses %j', (pickle, words) => {
    const read = (): unknown => readPickle(bytesOf(pickle));
    expect(read).toThrow(PickleRefusal);
    expect(read).toThrow(words);
  });

  it('reads plain data', () => {
    const pickle = '\x80\x02}(X\x01\x00\x00\x00aK\x07X\x01\x00\x00\x00b]q\x00(NI'.replace('I', '\x88e');
    expect(readPickle(bytesOf(`${pickle}X\x01\x00\x00\x00ch\x00X\x01\x00\x00\x00dJ\xff\xff\xff\xffu.`))).toEqual(
      new Map<unknown, unknown>([
        ['a', 7],
        ['b', [null, true]],
        ['c', [null, true]],
        ['d', -1],
      ]),
    );
  });
});

describe('inferConfiguration', () => {
  const vectors = ['03_encoders', '04_predictors'].flatMap((folder) =>
    [...jsonVectors<{ config: VectorConfig }>(conformance(folder))].map(
      (vector) => [`${folder}/${vector.name}`, vector] as const,
    ),
  );
  const models = vectors.filter(([, { content }]) => ['encoder', 'predictor'].includes(content.config.model));

  it.each(models)('finds the form of %s in its weights', (_, vector) => {
    const { config } = vector.content;
    const weights = new Map([...under(vector.tensors(), 'weights/')]);
    const isEncoder = config.model === 'encoder';
    const want = isEncoder ? encoderConfig(encoderInput(config)) : predictorConfig(predictorInput(config));
    const outputActivation = isEncoder ? undefined : predictorConfig(predictorInput(config)).outputActivation;
    const { model } = inferConfiguration(new WeightShapes('the vector', weights), {
      heads: config.heads,
      fusionHeads: config.fusion_heads,
      encoderType: config.encoder_type,
      outputActivation,
      quantiles: config.quantile_head ? config.loss?.quantiles : undefined,
      outputScaledBy: config.conditional_scaling,
    });
    expect(comparable(model)).toEqual(comparable(want));
  });

  it('tells an encoder of several base heads by their names', () => {
    const store = new ParameterStore({ seed: 1 });
    const wanted = encoderConfig({
      ...{ embeddingWidth: 8, heads: 2, layers: { asv: 1, sample: 2, encoder: 1 }, slotPositions: 'compat' },
      ...{ encoderType: 'combined', baseOutputWidth: 5 },
    });
    new SequenceEncoder(store.scope(), wanted);
    const { model } = inferConfiguration(new WeightShapes('the weights', stateDict(store)), { heads: 2 });
    expect(comparable(model)).toEqual(comparable(wanted));
  });
});

/** What weights can tell: not dropout, masking and activation, nor sizes of parts that are absent. */
function comparable(config: object): unknown {
  const untold = new Set(['dropout', 'masking', 'activation', 'baseOutputWidth', 'columns']);
  const told = JSON.parse(JSON.stringify(config, (key, value: unknown) => (untold.has(key) ? undefined : value)));
  const { categories, layers, countHead } = config as ReturnType<typeof predictorConfig>;
  const columns = categories?.columns.map(({ name, cardinality, embeddingWidth }) => [
    name,
    cardinality,
    embeddingWidth,
  ]);
  const count = countHead === false ? { layers: { target: layers.target } } : {};
  return { ...told, ...count, columns: columns?.sort() };
}

describe('importReferenceCheckpoint', () => {
  it('gives the predictions of the reference for its wrapped predictor, also after it was written and read', async () => {
    const { checkpoint, assumptions } = await importReferenceCheckpoint(fixture('final_model.pt'));
    expect(checkpoint.categories?.columns).toEqual([
      { name: 'season', isRequired: false, categories: ['autumn', 'spring', 'summer', 'winter'] },
    ]);
    expect(assumptions.join(' ')).toMatch(/rarefied.*scale of training.*called "target"/);
    const path = join(scratch, 'imported.safetensors');
    await writeCheckpoint(path, checkpoint);
    const vector = openVector(conformance('04_predictors'), 'cross_attention_count_film');
    const inputs = under(vector.tensors(), 'in/');
    const batch = raggedBatch(inputs, { trim: false });
    const want = vector.tensors().get('out/target_prediction')!.toNumbers();
    for (const source of [checkpoint, await readCheckpoint(path)]) {
      const { kind, model } = modelFromCheckpoint(source);
      if (kind !== 'predictor') throw new Error(kind);
      const categories = { season: inputs.get('cat_season')!.toInt32() };
      const masks = batch.maskedPositions === undefined ? {} : { maskedPositions: batch.maskedPositions };
      const { targetPrediction } = model.forward({ ...batch.input, categories }, { nucleotides: true, ...masks });
      const got = targetPrediction.toTypedArray() as Float32Array;
      expect(got.length).toBe(want.length);
      for (const [i, value] of got.entries())
        expect(Math.abs(value - want[i]!) <= 5e-6 + 1e-5 * Math.abs(want[i]!)).toBe(true);
    }
  });

  it('refuses weights that fit no configuration', async () => {
    await expect(importReferenceCheckpoint(fixture('views.pt'))).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
      message: expect.stringContaining('no weights of Attention All Microbes'),
    });
    await expect(importReferenceCheckpoint(fixture('final_model.pt'), { heads: 3 })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    expect(existsSync(join(scratch, 'never'))).toBe(false);
  });
});
