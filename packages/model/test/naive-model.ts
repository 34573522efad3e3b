// The models once more, for one sample, out of plain loops that count what they do; written from the equations.
import type { EncoderConfig, OutputConfig, PredictorConfig } from '@seq/model';
import { NaiveLoops, plus, type Rows, sigmoid, softplus } from './naive-loops.js';

/** A sample: tokens of its reads, their counts in the order of rank, and its categories. */
export interface NaiveSample {
  readonly reads: readonly (readonly number[])[];
  readonly counts: readonly number[];
  readonly categories?: Readonly<Record<string, number>>;
}

/** Runs models and counts by part. */
export class NaiveModel extends NaiveLoops {
  /** The vectors of the slots; the sample's own vector and base outputs follow from them. */
  slots(sample: NaiveSample, config: EncoderConfig, prefix = ''): Rows {
    const asv = `${prefix}sample_encoder.asv_encoder`;
    const tokens = this.matrix(`${asv}.token_embedding.weight`);
    const places = this.matrix(`${asv}.position_embedding.position_embedding.weight`);
    const reads = sample.reads.map((read) => {
      const embedded = this.in('bases: embeddings', () =>
        this.given(read.map((token, i) => tokens[token]!.map((v, d) => v + places[i]![d]!))),
      );
      const encoded = this.in('bases: transformer', () =>
        this.stack(embedded, `${asv}.transformer`, config.layers.asv, config),
      );
      if (config.nucleotideHead) this.in('bases: guesses', () => this.linear(encoded, `${asv}.nucleotide_head`));
      return this.in('bases: pooling', () => this.pool(encoded, `${asv}.attention_pooling`));
    });
    const placed = this.in('ASVs: read counts and places', () => this.#place(reads, sample, config, prefix));
    return this.in('ASVs: transformer', () =>
      this.stack(placed, `${prefix}sample_encoder.sample_transformer`, config.layers.sample, config),
    );
  }

  #place(reads: Rows, { counts }: NaiveSample, config: EncoderConfig, prefix: string): Rows {
    const slots = this.#counted(this.given(reads), counts, config, `${prefix}sample_encoder`);
    if (config.slotPositions === 'none') return slots;
    const table = this.matrix(`${prefix}sample_encoder.sample_position_embedding.position_embedding.weight`);
    return this.given(plus(slots, this.given(slots.map((_, i) => table[i]!))));
  }

  #counted(slots: Rows, counts: readonly number[], { countEmbedding }: EncoderConfig, name: string): Rows {
    const logs = counts.map((count) => [Math.log(1 + count)]);
    if (countEmbedding === 'none') return slots;
    if (countEmbedding === 'film') {
      const both = this.linear(logs, `${name}.count_film`);
      const width = slots[0]!.length;
      const [scale, shift] = [0, width].map((start) => this.given(both.map((row) => row.slice(start, start + width))));
      const factor = this.given(scale!.map((row) => row.map((v) => 1 + v)));
      return this.given(plus(this.given(slots.map((row, i) => row.map((v, d) => v * factor[i]![d]!))), shift!));
    }
    const embedded = this.linear(logs, `${name}.count_embed`);
    if (countEmbedding === 'add') return this.given(plus(slots, embedded));
    return this.linear(this.given(slots.map((row, i) => [...row, ...embedded[i]!])), `${name}.count_proj`);
  }

  /** The sample's vector. */
  embedding(slots: Rows, config: EncoderConfig, prefix = ''): readonly number[] {
    const encoded = this.in('sample: transformer', () =>
      this.stack(slots, `${prefix}encoder_transformer`, config.layers.encoder, config),
    );
    return this.in('sample: pooling', () => this.pool(encoded, `${prefix}attention_pooling`));
  }

  /** All base outputs behind each other. */
  baseOutputs(embedding: readonly number[], { encoderType }: EncoderConfig): readonly number[] {
    if (encoderType === 'unifrac' || encoderType === 'weighted') return [];
    return this.in('sample: base heads', () => {
      if (encoderType !== 'combined') return this.linear([embedding], 'output_head')[0]!;
      const bounded = this.given(this.linear([embedding], 'uni_ff').map((row) => row.map(sigmoid)));
      return [bounded, this.linear([embedding], 'faith_ff'), this.linear([embedding], 'tax_ff')].flat(2);
    });
  }

  /** The read count of every slot. */
  readCounts(slots: Rows, { base, layers }: PredictorConfig): readonly number[] {
    return this.in('read counts', () => {
      const encoded = this.stack(slots, 'count_encoder', layers.count, base);
      return this.given(this.linear(encoded, 'count_head').map((row) => row.map(sigmoid))).flat();
    });
  }

  /** The categories of the sample as vectors, one per column. */
  #embedded({ categories: columns }: PredictorConfig, categories: Readonly<Record<string, number>>): Rows {
    const own = (name: string) => this.matrix(`categorical_embedder.embeddings.${name}.weight`)[categories[name]!]!;
    const vectorOf = (name: string): readonly number[] => {
      const { parent } = columns!.columns.find((column) => column.name === name)!;
      const row = this.given([own(name)])[0]!;
      return parent === undefined ? row : this.given([row.map((v, d) => v + own(parent)[d]!)])[0]!;
    };
    const vectors = columns!.columns.map(({ name }) => vectorOf(name));
    if (vectors.length > 1) this.given([vectors.flat()]);
    return vectors;
  }

  /** The main target, then further ones, in their own order. */
  targets(slots: Rows, sample: NaiveSample, config: PredictorConfig): readonly (readonly number[])[] {
    const { categories, targetNorm, moreTargets, knownAsvs: asvs } = config;
    const kind = categories?.fusion.kind ?? 'none';
    const columns = kind === 'none' ? [] : this.in('categories', () => this.#embedded(config, sample.categories!));
    const pooled = this.#pooled(slots, columns, config);
    const normed = this.in('target: pooling', () => (targetNorm ? this.norm([pooled], 'target_norm')[0]! : pooled));
    const vector = kind === 'gmu' ? this.in('fusion', () => this.#gated(normed, columns.flat())) : normed;
    const main = this.in('target: head', () =>
      this.#output(vector, config, {
        ...{ name: 'target_head', scales: '', sample, by: categories?.outputScaledBy ?? [] },
        asvs: (row) => this.in('target: single ASVs', () => this.#plusAsvs(row, asvs, '', sample)),
      }),
    );
    const more = moreTargets.map((output) =>
      this.in(`target ${JSON.stringify(output.name)}: head`, () => {
        const name = `more_targets.${output.name}`;
        return this.#output(vector, output, {
          ...{ name: `${name}.head`, scales: `${name}.`, sample, by: output.scaledBy },
          asvs: (row) => this.#plusAsvs(row, asvs, `${name}.`, sample),
        });
      }),
    );
    return [main, ...more];
  }

  #pooled(slots: Rows, columns: Rows, config: PredictorConfig): readonly number[] {
    const { base, layers, categories } = config;
    const fusion = categories?.fusion ?? { kind: 'none' as const };
    const fused = this.in('fusion', () => this.#fused(slots, columns, config));
    if (fusion.kind === 'perceiver') return fused[0]!;
    const encoded = this.in('target: transformer', () => this.stack(fused, 'target_encoder', layers.target, base));
    return this.in('target: pooling', () => this.pool(encoded, 'target_pooling'));
  }

  #fused(slots: Rows, columns: Rows, { base, categories }: PredictorConfig): Rows {
    const joined = columns.flat();
    const fusion = categories?.fusion ?? { kind: 'none' as const };
    if (fusion.kind === 'concat') {
      return this.linear(this.given(slots.map((row) => [...row, ...joined])), 'categorical_projection');
    }
    if (fusion.kind === 'add') {
      const [added] = this.linear([joined], 'categorical_projection');
      return this.given(slots.map((row) => row.map((v, d) => v + added![d]!)));
    }
    if (fusion.kind === 'cross-attention') {
      const own = 'cross_attn_fusion';
      const projection = (name: string) => `${own}.column_projections.${name}`;
      const keys =
        fusion.keys === 'compat'
          ? this.linear([joined], `${own}.cat_projection`)
          : columns.flatMap((row, i) => this.linear([row], projection(categories!.columns[i]!.name)));
      const update = this.attention(slots, keys, `${own}.cross_attn`, fusion.heads);
      return this.norm(this.given(plus(slots, update)), `${own}.norm`);
    }
    if (fusion.kind === 'perceiver') {
      const own = 'perceiver_fusion';
      const keys = [this.linear(slots, `${own}.seq_projection`), this.linear([joined], `${own}.cat_projection`)];
      const latents = this.matrix(`${own}.latents`);
      const read = this.attention(latents, this.given(keys.flat()), `${own}.cross_attn`, fusion.heads);
      let z = this.norm(this.given(plus(latents, read)), `${own}.cross_norm`);
      const form = { ...base, heads: fusion.heads, activation: 'relu', normPlacement: 'pre' } as const;
      for (let i = 0; i < fusion.layers; i++) z = this.layer(z, `${own}.self_attn_layers.${i}`, form);
      const mean = z[0]!.map((_, d) => z.reduce((sum, row) => sum + row[d]!, 0) / z.length);
      return this.linear(this.given([mean]), `${own}.output_projection`);
    }
    return slots;
  }

  #gated(p: readonly number[], joined: readonly number[]): readonly number[] {
    const [gate] = this.linear(this.given([[...p, ...joined]]), 'gmu.gate');
    const [open] = this.given([gate!.map(sigmoid)]);
    const [change] = this.given([this.linear([joined], 'gmu.cat_transform')[0]!.map(Math.tanh)]);
    const [entering] = this.given([change!.map((v, d) => v * open![d]!)]);
    return this.given([p.map((v, d) => v + entering![d]!)])[0]!;
  }

  #plusAsvs(row: number[], asvs: readonly string[], prefix: string, { reads, counts }: NaiveSample): number[] {
    if (asvs.length === 0) return row;
    const weight = this.matrix(`${prefix}asv_weights.weight`);
    const total = counts.reduce((a, b) => a + b);
    const letters = (read: readonly number[]): string =>
      read
        .slice(1)
        .map((token) => 'NACGT'[token])
        .join('');
    const found = this.given(reads.map((read) => weight[asvs.indexOf(letters(read))]!));
    const weighed = this.given(
      found.map((weights, i) => weights.map((w) => (w * Math.log(1 + (1000 * counts[i]!) / total)) / 8)),
    );
    const sums = this.given([row.map((_, k) => weighed.reduce((sum, values) => sum + values[k]!, 0))]);
    return [...this.given(plus([row], sums))[0]!];
  }

  #output(
    vector: readonly number[],
    output: OutputConfig,
    at: { name: string; scales: string; sample: NaiveSample; by: readonly string[]; asvs: (row: number[]) => number[] },
  ): readonly number[] {
    const { head, outputWidth, quantileCount, outputActivation } = output;
    const mlp = head.kind === 'residual' ? `${at.name}.mlp` : at.name;
    let y: Rows = [vector];
    if (head.kind === 'linear') y = this.linear(y, at.name);
    else {
      const count = head.hiddenWidths.length;
      for (let i = 0; i <= count; i++) {
        y = this.linear(y, `${mlp}.${(head.dropout > 0 ? 3 : 2) * i}`);
        if (i < count) y = this.given(y.map((row) => row.map((v) => Math.max(v, 0))));
      }
      if (head.kind === 'residual') y = this.given(plus(this.linear([vector], `${at.name}.skip`), y));
    }
    y = [at.asvs([...y[0]!])];
    if (quantileCount > 0) return output.nonCrossingQuantiles ? this.#rising(y[0]!, quantileCount) : y[0]!;
    for (const column of at.by) {
      const category = at.sample.categories![column]!;
      y = this.#scaled(y, this.matrix(`${at.scales}output_scales.${column}.weight`)[category]!, 'mul');
      y = this.#scaled(y, this.matrix(`${at.scales}output_biases.${column}.weight`)[category]!, 'add');
    }
    if (output.learnableScale) {
      y = this.#scaled(y, this.vector(`${at.scales}output_scale`), 'mul');
      y = this.#scaled(y, this.vector(`${at.scales}output_bias`), 'add');
    }
    if (outputActivation === 'identity') return y[0]!;
    const total = Math.log(y[0]!.reduce((sum, v) => sum + Math.exp(v), 0));
    const last = {
      sigmoid,
      softplus,
      relu: (v: number) => Math.max(v, 0),
      exp: Math.exp,
      logSoftmax: (v: number) => v - total,
    }[outputActivation];
    expectWidth(y[0]!.length, outputWidth);
    return this.given([y[0]!.map(last)])[0]!;
  }

  #scaled(y: Rows, by: readonly number[], how: 'mul' | 'add'): Rows {
    return this.given(y.map((row) => row.map((v, i) => (how === 'mul' ? v * by[i]! : v + by[i]!))));
  }

  /** Steps from the middle outwards; every quantile adds up all steps with a factor of 0, 1 or -1. */
  #rising(raw: readonly number[], count: number): readonly number[] {
    const middle = Math.floor(count / 2);
    const [steps] = this.given([raw.map(softplus)]);
    const sums = raw.map((_, at) => {
      const [group, k] = [at - (at % count), at % count];
      const factors = Array.from({ length: count }, (_, j) => {
        if (j > middle) return j <= k ? 1 : 0;
        return j < middle && j >= k ? -1 : 0;
      });
      return this.dot(steps!.slice(group, group + count), factors);
    });
    this.given([sums]);
    return this.given([sums.map((sum, at) => sum + raw[at - (at % count) + middle]!)])[0]!;
  }
}

function expectWidth(found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`${found} outputs, ${wanted} wanted`);
}
