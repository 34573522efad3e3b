import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSafetensors } from '@seq/model';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  loadPretrainedEncoder,
  modelFromCheckpoint,
  predict,
  readCheckpoint,
  readPretrainedEncoder,
  restoreWeights,
  softwareVersion,
} from '../src/index.js';
import { newEncoder, newPredictor, sequences, tinyEncoder, tinyPredictor } from './small-community.js';
import { datasets, newFineTuning, newFolder, newPretraining, table, targetValues } from './training-runs.js';

let encoderPath: string;
let predictorPath: string;
let encoder: Checkpoint;
let predictor: Checkpoint;
let predictorMae: number;

beforeAll(async () => {
  encoderPath = (await newPretraining({ directory: newFolder(), epochs: 1 }).trainer.run()).checkpoints!.best;
  const { checkpoints, history } = await newFineTuning({ directory: newFolder(), epochs: 1 }).trainer.run();
  predictorPath = checkpoints!.best;
  predictorMae = history[0]!.validation!.metrics.mae!;
  [encoder, predictor] = [await readCheckpoint(encoderPath), await readCheckpoint(predictorPath)];
});

const refusedWith = (code: string) => expect.objectContaining({ code });

describe('a checkpoint', () => {
  it('says everything about the model, its data and its target', () => {
    expect(predictor).toMatchObject({
      kind: 'predictor',
      model: { base: { embeddingWidth: 16 }, countHead: true },
      data: {
        rarefactionDepth: 60,
        basesPerAsv: 12,
        maxAsvsPerSample: 10,
        asvChoice: 'abundance',
        slotOrder: 'abundance',
      },
      target: { column: 'age', transform: { kind: 'zscore' }, countNormalization: 'log', quantiles: null },
      software: { name: '@seq/train', version: softwareVersion },
      training: { options: { seed: 7, samplesPerBatch: 4 }, state: { epoch: 1, update: 3, history: [{ epoch: 1 }] } },
    });
    expect(encoder).toMatchObject({ kind: 'encoder', target: null });
  });

  it('survives being written and read, bit by bit', () => {
    const bytes = encodeCheckpoint(predictor);
    const again = decodeCheckpoint(bytes, 'memory');
    expect(again).toEqual(predictor);
    expect(Buffer.from(encodeCheckpoint(again)).equals(Buffer.from(bytes))).toBe(true);
    expect(again.optimiser.length).toBeGreaterThan(0);
    expect(again.weights.get('target_head.weight')!.shape).toEqual([1, 16]);
  });

  it('that is cut off anywhere is broken', () => {
    const bytes = encodeCheckpoint(predictor);
    for (const length of [0, 4, 9, 100, 2000, Math.floor(bytes.length / 2), bytes.length - 1]) {
      expect(() => decodeCheckpoint(bytes.subarray(0, length), 'cut')).toThrow(refusedWith('CHECKPOINT_BROKEN'));
    }
  });

  it('with a description that cannot be used is broken', () => {
    const format = { format: 'seq-checkpoint', format_version: '1' };
    const broken = [undefined, '{', '{}', '{"kind":"encoder","model":{"heads":3},"data":{},"optimiserSteps":{}}'];
    for (const description of broken) {
      const metadata = { ...format, ...(description === undefined ? {} : { description }) };
      const bytes = writeSafetensors(new Map(), { metadata });
      expect(() => decodeCheckpoint(bytes, 'file')).toThrow(refusedWith('CHECKPOINT_BROKEN'));
    }
  });

  it('with a target transform that no fit gives is broken, and says what is wrong with it', () => {
    const spoiled = { kind: 'zscore', mean: 3, standardDeviation: -1 } as const;
    const bytes = encodeCheckpoint({ ...predictor, target: { ...predictor.target, transform: spoiled } } as Checkpoint);
    expect(() => decodeCheckpoint(bytes, 'file')).toThrow(refusedWith('CHECKPOINT_BROKEN'));
    expect(() => decodeCheckpoint(bytes, 'file')).toThrow('"standardDeviation" is -1');
  });

  it('of a newer version says so', () => {
    const bytes = writeSafetensors(new Map(), { metadata: { format: 'seq-checkpoint', format_version: '2' } });
    expect(() => decodeCheckpoint(bytes, 'new.safetensors')).toThrow(refusedWith('CHECKPOINT_VERSION'));
  });

  it('that another program wrote is foreign', async () => {
    const foreign = refusedWith('CHECKPOINT_FOREIGN');
    const zip = Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0);
    expect(() => decodeCheckpoint(zip, 'model.pt')).toThrow(foreign);
    const raw = writeSafetensors(new Map([['w', { dtype: 'F32', shape: [1], data: Float32Array.of(1) }]]));
    expect(() => decodeCheckpoint(raw, 'raw.safetensors')).toThrow(foreign);
    const text = () => decodeCheckpoint(new TextEncoder().encode('sample-id\tage\na\t1\n'), 'metadata.tsv');
    expect(text).toThrow(foreign);
    expect(text).toThrow('"metadata.tsv" is a text file, not a checkpoint of Seq; give the checkpoint of a run.');
    await expect(readCheckpoint('/nowhere/at/all')).rejects.toEqual(refusedWith('CHECKPOINT_NOT_FOUND'));
  });

  it('of another model is refused with the first differences, and nothing is set', () => {
    const { store } = newPredictor('float32', { ...tinyPredictor, base: { ...tinyEncoder, feedForwardWidth: 48 } });
    const before = store.read('target_head.weight');
    const restore = () => restoreWeights(store, predictor.weights);
    expect(restore).toThrow(refusedWith('CHECKPOINT_MISMATCH'));
    expect(restore).toThrow(/linear1\.weight" is \[32, 16\] instead of \[48, 16\]/);
    expect(store.read('target_head.weight')).toEqual(before);
    expect(() => restoreWeights(newEncoder().store, predictor.weights)).toThrow(refusedWith('CHECKPOINT_MISMATCH'));
  });

  it('builds its model anew', () => {
    const { store } = modelFromCheckpoint(encoder);
    for (const [name, { data }] of encoder.weights) expect(store.read(name)).toEqual(data);
  });
});

describe('loadPretrainedEncoder', () => {
  const base = (store: { read(name: string): ArrayLike<number> }) =>
    store.read('base_model.encoder_transformer.norm.weight');

  it('sets the base of a predictor from the checkpoint of a pre-training', async () => {
    const { store } = newPredictor();
    loadPretrainedEncoder(store, await readPretrainedEncoder(encoderPath));
    for (const [name, { data }] of encoder.weights) expect(store.read(`base_model.${name}`)).toEqual(data);
  });

  it('sets it from a state dict of the reference with the prefixes of PyTorch', async () => {
    const path = join(newFolder(), 'reference.safetensors');
    const named = [...encoder.weights].map(([name, tensor]) => [`_orig_mod.module.${name}`, tensor] as const);
    writeFileSync(path, writeSafetensors(new Map(named)));
    const found = await readPretrainedEncoder(path);
    expect(found.config).toBeUndefined();
    const { store } = newPredictor();
    loadPretrainedEncoder(store, found);
    expect(base(store)).toEqual(encoder.weights.get('encoder_transformer.norm.weight')!.data);
  });

  it('leaves out heads that the predictor has not, and refuses everything else that differs', async () => {
    const found = await readPretrainedEncoder(encoderPath);
    const headless = newPredictor('float32', { ...tinyPredictor, base: { ...tinyEncoder, nucleotideHead: false } });
    loadPretrainedEncoder(headless.store, found);
    expect(base(headless.store)).toEqual(encoder.weights.get('encoder_transformer.norm.weight')!.data);
    const wider = newPredictor('float32', { ...tinyPredictor, base: { ...tinyEncoder, basesPerAsv: 20 } });
    expect(() => loadPretrainedEncoder(wider.store, found)).toThrow(refusedWith('CHECKPOINT_MISMATCH'));
  });

  it('refuses the checkpoint of a predictor', async () => {
    await expect(readPretrainedEncoder(predictorPath)).rejects.toEqual(refusedWith('CHECKPOINT_MISMATCH'));
  });
});

describe('predict', () => {
  const input = { table, sequences, sampleIds: datasets.validation.sampleIds };

  it('repeats the errors of the last validation from the checkpoint alone, in the unit of the target', async () => {
    const { predicted, sampleIds, column } = await predict(predictor, input);
    const actual = targetValues().actual(sampleIds);
    const mae = predicted.reduce((sum, value, i) => sum + Math.abs(value - actual[i]!), 0) / predicted.length;
    expect(column).toBe('age');
    expect(mae).toBeCloseTo(predictorMae, 9);
  });

  it('gives a sample the same value whatever else is predicted, and however batches are cut', async () => {
    const all = await predict(predictor, { table, sequences }, { samplesPerBatch: 3 });
    const some = await predict(predictor, input);
    const place = all.sampleIds.indexOf(some.sampleIds[2]!);
    expect(all.predicted[place]).toBe(some.predicted[2]);
    expect(all.sampleIds).toEqual(table.sampleIds);
  });

  it('keeps samples below the depth with all their reads and names them', async () => {
    const deep: Checkpoint = { ...predictor, data: { ...predictor.data, rarefactionDepth: 150 } };
    const { belowDepth, sampleIds } = await predict(deep, { table, sequences });
    expect(sampleIds).toEqual(table.sampleIds);
    expect(belowDepth.length).toBeGreaterThan(0);
    expect(belowDepth.length).toBeLessThan(table.sampleCount);
  });

  it('refuses an encoder, stops when it is aborted, and tells how far it is', async () => {
    await expect(predict(encoder, input)).rejects.toEqual(refusedWith('CHECKPOINT_MISMATCH'));
    const seen: number[] = [];
    const control = new AbortController();
    const run = predict(predictor, input, {
      samplesPerBatch: 2,
      signal: control.signal,
      onProgress: ({ samples }) => {
        seen.push(samples);
        control.abort();
      },
    });
    await expect(run).rejects.toEqual(refusedWith('RUN_ABORTED'));
    expect(seen).toEqual([2]);
  });
});
