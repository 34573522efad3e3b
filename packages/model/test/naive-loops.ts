// The layers of the models once more, as plain loops over lists of numbers that count what they do. Written from the
// equations, with nothing of the package but names of parameters.
import type { EncoderConfig } from '@seq/model';
import type { ParameterStore } from '@seq/tensor';

/** Rows of numbers. */
export type Rows = readonly (readonly number[])[];

/** Operations of matrix products and numbers given out, of one part. */
export interface Count {
  flops: number;
  activations: number;
}

function erf(x: number): number {
  if (Math.abs(x) > 2.5) {
    let fraction = 0;
    for (let k = 80; k > 0; k--) fraction = k / 2 / (Math.abs(x) + fraction);
    return Math.sign(x) * (1 - Math.exp(-x * x) / ((Math.abs(x) + fraction) * Math.sqrt(Math.PI)));
  }
  let [term, total] = [x, x];
  for (let n = 1; n < 80; n++) {
    term *= -(x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
export const softplus = (x: number): number => Math.log1p(Math.exp(x));
export const plus = (a: Rows, b: Rows): Rows => a.map((row, i) => row.map((x, j) => x + b[i]![j]!));

/** Parts that models are built of, for one sequence, counted under the part that runs. */
export class NaiveLoops {
  /** What each part did so far, by its name in a summary. */
  readonly counts: Record<string, Count> = {};
  /** Attention weights by the name of the module, of its last call: head, query and key, the last fastest. */
  readonly weights: Record<string, number[]> = {};
  readonly store: ParameterStore;
  part = '';

  constructor(store: ParameterStore) {
    this.store = store;
  }

  in<T>(part: string, work: () => T): T {
    const before = this.part;
    this.part = part;
    this.counts[part] ??= { flops: 0, activations: 0 };
    const result = work();
    this.part = before;
    return result;
  }

  given(rows: Rows): Rows {
    for (const row of rows) this.counts[this.part]!.activations += row.length;
    return rows;
  }

  dot(a: readonly number[], b: readonly number[]): number {
    let sum = 0;
    for (const [i, x] of a.entries()) {
      sum += x * b[i]!;
      this.counts[this.part]!.flops += 2;
    }
    return sum;
  }

  matrix(name: string): Rows {
    const [, width] = this.store.shapeOf(name);
    const values = [...this.store.read(name)];
    return Array.from({ length: values.length / width! }, (_, i) => values.slice(i * width!, (i + 1) * width!));
  }

  vector(name: string): readonly number[] {
    return [...this.store.read(name)];
  }

  times(x: Rows, weight: Rows, bias: readonly number[]): Rows {
    return this.given(x.map((row) => weight.map((w, k) => this.dot(row, w) + bias[k]!)));
  }

  linear(x: Rows, name: string): Rows {
    return this.times(x, this.matrix(`${name}.weight`), this.vector(`${name}.bias`));
  }

  norm(x: Rows, name: string, epsilon = 1e-5): Rows {
    const [weight, bias] = [this.vector(`${name}.weight`), this.vector(`${name}.bias`)];
    return this.given(
      x.map((row) => {
        const mean = row.reduce((a, b) => a + b) / row.length;
        const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / row.length;
        return row.map((v, i) => ((v - mean) / Math.sqrt(variance + epsilon)) * weight[i]! + bias[i]!);
      }),
    );
  }

  attention(query: Rows, key: Rows, name: string, heads: number): Rows {
    const width = query[0]!.length;
    const [weight, bias] = [this.matrix(`${name}.in_proj_weight`), this.vector(`${name}.in_proj_bias`)];
    const [q, k, v] = [query, key, key].map((rows, i) =>
      this.times(rows, weight.slice(i * width, (i + 1) * width), bias.slice(i * width, (i + 1) * width)),
    );
    const size = width / heads;
    const kept = new Array<number>(heads * query.length * key.length);
    this.weights[name] = kept;
    const head = (row: readonly number[], h: number) => row.slice(h * size, (h + 1) * size);
    const attended = q!.map((row, at) =>
      Array.from({ length: heads }, (_, h) => {
        const scores = k!.map((other) => this.dot(head(row, h), head(other, h)) / Math.sqrt(size));
        const weights = scores.map((score) => Math.exp(score - Math.max(...scores)));
        const sum = weights.reduce((a, b) => a + b);
        for (const [i, w] of weights.entries()) kept[(h * query.length + at) * key.length + i] = w / sum;
        return Array.from({ length: size }, (_, d) =>
          this.dot(
            weights.map((w) => w / sum),
            v!.map((other) => other[h * size + d]!),
          ),
        );
      }).flat(),
    );
    return this.linear(this.given(attended), `${name}.out_proj`);
  }

  layer(x: Rows, name: string, { heads, activation, normPlacement }: EncoderConfig): Rows {
    const act = (v: number): number => (activation === 'relu' ? Math.max(v, 0) : 0.5 * v * (1 + erf(v / Math.SQRT2)));
    const feedForward = (y: Rows): Rows => {
      const hidden = this.linear(y, `${name}.linear1`);
      return this.linear(this.given(hidden.map((row) => row.map(act))), `${name}.linear2`);
    };
    const attend = (y: Rows): Rows => this.attention(y, y, `${name}.self_attn`, heads);
    if (normPlacement === 'post') {
      const between = this.norm(this.given(plus(x, attend(x))), `${name}.norm1`);
      return this.norm(this.given(plus(between, feedForward(between))), `${name}.norm2`);
    }
    const between = this.given(plus(x, attend(this.norm(x, `${name}.norm1`))));
    return this.given(plus(between, feedForward(this.norm(between, `${name}.norm2`))));
  }

  stack(x: Rows, name: string, layers: number, config: EncoderConfig): Rows {
    let y = x;
    for (let i = 0; i < layers; i++) y = this.layer(y, `${name}.encoder.layers.${i}`, config);
    return config.normPlacement === 'pre' ? this.norm(y, `${name}.norm`, 1e-6) : y;
  }

  pool(x: Rows, name: string): readonly number[] {
    const [query] = this.matrix(`${name}.query.weight`);
    const scores = x.map((row) => this.dot(row, query!) / Math.sqrt(row.length));
    this.given([scores]);
    const weights = scores.map((score) => Math.exp(score - Math.max(...scores)));
    const sum = weights.reduce((a, b) => a + b);
    const mean = x[0]!.map((_, d) =>
      this.dot(
        weights.map((w) => w / sum / (1 + 1e-8)),
        x.map((row) => row[d]!),
      ),
    );
    return this.norm(this.given([mean]), `${name}.norm`)[0]!;
  }
}
