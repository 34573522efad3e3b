import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AsvInput } from '@seq/model';
import { describe, expect, it } from 'vitest';
import { AsvCacheFile, AsvEmbeddings, predict, readCheckpoint } from '../src/index.js';
import { newEncoder, sequences, tinyEncoder } from './small-community.js';
import { newFineTuning, newFolder, newPretraining, table } from './training-runs.js';

/** Reads of 6 to 9 tokens, one per id from 0 to 63; no two are equal. */
function reads(ids: readonly number[]): AsvInput {
  const tokens = ids.map((id) => {
    const digits = [id % 4, (id >> 2) % 4, (id >> 4) % 4];
    return [5, ...digits, ...digits.slice(0, 2), ...digits.slice(0, id % 4)].map((base, place) =>
      place === 0 ? base : base + 1,
    );
  });
  const asvOffsets = new Uint32Array(ids.length + 1);
  tokens.forEach((read, i) => {
    asvOffsets[i + 1] = asvOffsets[i]! + read.length;
  });
  return { asvTokens: Int32Array.from(tokens.flat()), asvOffsets, asvIds: Uint32Array.from(ids) };
}

/** Embeddings of reads, with a file or without. */
async function embedded(model: ReturnType<typeof newEncoder>, asvs: AsvInput, file?: AsvCacheFile) {
  const embeddings = new AsvEmbeddings(model.encoder, { dtype: model.store.dtype, file });
  await embeddings.fill(asvs);
  const found = embeddings.of(asvs);
  const values = found.toTypedArray();
  found.dispose();
  return values;
}

/** The encoder whose passes are counted. */
function counted(model: ReturnType<typeof newEncoder>): { readonly asvs: () => number } {
  const { asvEncoder } = model.encoder.sampleEncoder;
  const forward = asvEncoder.forward.bind(asvEncoder);
  let count = 0;
  asvEncoder.forward = (asvs, options) => {
    count += asvs.asvIds.length;
    return forward(asvs, options);
  };
  return { asvs: () => count };
}

async function opened(path: string, model: ReturnType<typeof newEncoder>) {
  const notices: string[] = [];
  const file = await AsvCacheFile.open(path, model, { onNotice: (notice) => notices.push(notice) });
  return { file, notices };
}

describe('a file of ASV embeddings', () => {
  it('gives back the same bits, whatever part of a batch it has, in both widths', async () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const path = join(newFolder(), 'new folder', 'asvs.arrow');
      const model = newEncoder(dtype);
      const anew = await embedded(model, reads([0, 1, 2, 3, 4, 5, 6]));
      const first = await opened(path, model);
      await embedded(model, reads([5, 1, 3]), first.file);
      await first.file.save();

      const again = newEncoder(dtype);
      const { asvs } = counted(again);
      const second = await opened(path, again);
      expect([second.file.size, second.notices]).toEqual([3, []]);
      expect(await embedded(again, reads([0, 1, 2, 3, 4, 5, 6]), second.file)).toEqual(anew);
      expect(asvs()).toBe(4);
      await second.file.save();
      expect((await opened(path, again)).file.size).toBe(7);
    }
  });

  it('finds reads by their bases, not by the ids they have in a table', async () => {
    const model = newEncoder();
    const { file } = await opened(join(newFolder(), 'asvs.arrow'), model);
    const wanted = await embedded(model, reads([2, 3]), file);
    const renamed = { ...reads([2, 3]), asvIds: Uint32Array.of(40, 2) };
    const { asvs } = counted(model);
    expect(await embedded(model, renamed, file)).toEqual(wanted);
    expect(asvs()).toBe(0);
  });

  it('is of no use once a weight of the ASV level, its configuration or the type of numbers is another', async () => {
    const path = join(newFolder(), 'asvs.arrow');
    const model = newEncoder();
    const { file } = await opened(path, model);
    await embedded(model, reads([1, 2]), file);
    await file.save();
    const written = readFileSync(path);

    const changed = newEncoder();
    const name = 'sample_encoder.asv_encoder.token_embedding.weight';
    const values = changed.store.read(name);
    values[7]! += 1e-6;
    changed.store.write(name, values);
    const others = [changed, newEncoder('float64'), newEncoder('float32', { ...tinyEncoder, heads: 4 })];
    for (const other of others) {
      const { file: refused, notices } = await opened(path, other);
      expect(refused.size).toBe(0);
      expect(notices).toEqual([expect.stringMatching(/is not used and will be replaced: it is of other weights/)]);
    }
    expect(readFileSync(path).equals(written)).toBe(true);

    const elsewhere = newEncoder('float32', { ...tinyEncoder, dropout: 0.5 });
    const sample = 'sample_encoder.sample_transformer.norm.weight';
    elsewhere.store.write(sample, elsewhere.store.read(sample).fill(3));
    expect((await opened(path, elsewhere)).file.size).toBe(2);
  });

  it('is ignored and replaced where any of its bytes is damaged, and never gives a wrong number', async () => {
    const path = join(newFolder(), 'asvs.arrow');
    const model = newEncoder();
    const { file } = await opened(path, model);
    const wanted = await embedded(model, reads([1, 2]), file);
    await file.save();
    const whole = readFileSync(path);
    const inNumbers = whole.indexOf(Buffer.from(Float32Array.of(wanted[0]!).buffer));
    expect(inNumbers).toBeGreaterThan(0);
    const flipped = Buffer.from(whole);
    flipped[inNumbers]! ^= 1;
    for (const damaged of [flipped, whole.subarray(0, inNumbers)]) {
      writeFileSync(path, damaged);
      const { file: empty, notices } = await opened(path, model);
      expect(empty.size).toBe(0);
      expect(notices).toEqual([expect.stringMatching(/will be replaced: it is damaged/)]);
      expect(await embedded(model, reads([1, 2]), empty)).toEqual(wanted);
      await empty.save();
      expect((await opened(path, model)).notices).toEqual([]);
    }
  });

  it('that is something else is refused and left alone; one that cannot be written is a notice', async () => {
    const folder = newFolder();
    const path = join(folder, 'table.tsv');
    writeFileSync(path, 'sample\tcount\n');
    const model = newEncoder();
    await expect(opened(path, model)).rejects.toMatchObject({ code: 'ASV_CACHE_FOREIGN' });
    expect(readFileSync(path, 'utf8')).toBe('sample\tcount\n');
    await expect(opened(folder, model)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    const { file, notices } = await opened(join(path, 'asvs.arrow'), model).catch(() =>
      opened('/proc/x/y.arrow', model),
    );
    await embedded(model, reads([1]), file);
    await file.save();
    expect(notices).toEqual([expect.stringContaining('was not written')]);
  });
});

describe('runs with a file of ASV embeddings', () => {
  it('end with the same bits as without, read nothing twice, and share it with predictions', async () => {
    const asvCache = join(newFolder(), 'asvs.arrow');
    const run = async (own: { readonly asvCache?: string }) => {
      const directory = newFolder();
      const { trainer, predictor } = newFineTuning({ ...own, directory }, { freeze: 'asv' });
      const { encoder } = { encoder: predictor.base };
      const passes = counted({ encoder } as ReturnType<typeof newEncoder>);
      const notices: string[] = [];
      const { checkpoints, history } = await trainer.run({ onNotice: (notice) => notices.push(notice) });
      expect(notices).toEqual([]);
      return { best: readFileSync(checkpoints!.best), path: checkpoints!.best, history, passes: passes.asvs() };
    };
    const without = await run({});
    expect(existsSync(asvCache)).toBe(false);
    const first = await run({ asvCache });
    const second = await run({ asvCache });
    for (const { best, history } of [first, second]) {
      expect(best.equals(without.best)).toBe(true);
      expect(history).toEqual(without.history);
    }
    expect([first.passes, second.passes]).toEqual([without.passes, 0]);

    const checkpoint = await readCheckpoint(first.path);
    const written = readFileSync(asvCache);
    const plain = await predict(checkpoint, { table, sequences });
    const cached = await predict(checkpoint, { table, sequences }, { asvCache });
    expect(cached.predicted).toEqual(plain.predicted);
    expect(readFileSync(asvCache).equals(written)).toBe(true);
  });

  it('keep what they have computed when they are stopped', async () => {
    const asvCache = join(newFolder(), 'asvs.arrow');
    const { trainer } = newFineTuning({ asvCache }, { freeze: 'base' });
    const stop = new AbortController();
    const stopped = trainer.run({ signal: stop.signal, onProgress: () => stop.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'RUN_ABORTED' });
    const { predictor, store } = newFineTuning();
    expect((await AsvCacheFile.open(asvCache, { store, encoder: predictor.base })).size).toBeGreaterThan(0);
  });

  it('are refused where the ASV level is trained', () => {
    const asvCache = join(newFolder(), 'asvs.arrow');
    const refused = expect.objectContaining({ code: 'TRAINING_OPTIONS', message: expect.stringContaining('asvCache') });
    expect(() => newFineTuning({ asvCache })).toThrow(refused);
    expect(() => newPretraining({ asvCache })).toThrow(refused);
  });
});

describe('embeddings of ASVs in memory', () => {
  it('are kept up to a limit, the last ones first, and computed anew beyond it with the same numbers', async () => {
    const model = newEncoder();
    const wanted = await embedded(model, reads([0, 1, 2, 3, 4, 5, 6, 7]));
    const { asvs } = counted(model);
    const embeddings = new AsvEmbeddings(model.encoder, { dtype: model.store.dtype, limit: 5 });
    const width = model.encoder.config.embeddingWidth;
    const computed: number[] = [];
    for (const ids of [
      [0, 1, 2],
      [3, 4],
      [0, 5],
      [2, 4],
      [0, 5],
      [6, 7, 1, 2, 3, 4],
    ]) {
      const before = asvs();
      await embeddings.fill(reads(ids));
      computed.push(asvs() - before);
      expect(embeddings.size).toBeLessThanOrEqual(Math.max(5, ids.length));
      const found = embeddings.of(reads(ids));
      const values = found.toTypedArray();
      ids.forEach((id, i) => {
        expect(values.slice(i * width, (i + 1) * width)).toEqual(wanted.slice(id * width, (id + 1) * width));
      });
      found.dispose();
    }
    expect(computed).toEqual([3, 2, 1, 0, 0, 3]);
  });
});
