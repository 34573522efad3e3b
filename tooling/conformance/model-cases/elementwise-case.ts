// Functions of single numbers, of rows, and layer norm, against values written out in JSON.
import {
  backward,
  exp,
  gelu,
  layerNorm,
  logSoftmax,
  relu,
  sigmoid,
  softmax,
  softplus,
  sum,
  type Tensor,
  tanh,
  tensor,
} from '@seq/tensor';
import type { Check } from '../check.js';
import { tolerance } from '../tolerances.js';
import type { Precision } from './precision.js';

/** What the JSON holds. */
export interface ElementwiseVector {
  readonly x: readonly number[];
  readonly functions: Readonly<Record<string, { readonly y: readonly number[]; readonly dy_dx: readonly number[] }>>;
  readonly rows: Readonly<Record<string, { readonly x: readonly number[][]; readonly y: readonly number[][] }>>;
  readonly layer_norm: Readonly<Record<string, LayerNormVector>>;
}

interface LayerNormVector {
  readonly x: readonly number[][];
  readonly weight: readonly number[];
  readonly bias: readonly number[];
  readonly 'eps_1e-5': readonly number[][];
  readonly 'eps_1e-6': readonly number[][];
}

const functions: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  gelu_exact: gelu,
  relu,
  softplus,
  sigmoid,
  tanh,
  exp,
};

/** Listed in the vectors to show a difference, not as a target. */
const CONTRAST = /_for_contrast$/;

const rowFunctions: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  log_softmax: logSoftmax,
  log_softmax_large: logSoftmax,
  softmax,
};

/** Runs everything in the vector in one precision. */
export function elementwiseCases(vector: ElementwiseVector, check: Check, dtype: Precision['dtype']): void {
  const allowed = tolerance(`${dtype}/elementwise`);
  for (const [name, { y: values, dy_dx: slopes }] of Object.entries(vector.functions)) {
    if (CONTRAST.test(name)) continue;
    const run = functions[name];
    check.holds(name, run !== undefined, 'there is no such function');
    if (run === undefined) continue;
    const x = tensor(vector.x, [vector.x.length], { dtype }).variable();
    const y = run(x);
    check.close(name, numbers(y), values, allowed);
    check.close(`${name} slope`, numbers(backward(sum(y)).get(x)!), slopes, allowed);
  }
  for (const [name, { x, y }] of Object.entries(vector.rows)) {
    const run = rowFunctions[name];
    check.holds(name, run !== undefined, 'there is no such function');
    if (run !== undefined) check.close(name, numbers(run(matrix(x, dtype))), y.flat(), allowed);
  }
  checkLayerNorm(vector, check, dtype);
}

function checkLayerNorm({ layer_norm: cases }: ElementwiseVector, check: Check, dtype: Precision['dtype']): void {
  for (const [name, values] of Object.entries(cases)) {
    const [weight, bias] = [values.weight, values.bias].map((row) => tensor(row, [row.length], { dtype }));
    const isNearConstant = dtype === 'float32' && name !== 'ordinary';
    const allowed = tolerance(isNearConstant ? 'float32/near-constant-row' : `${dtype}/elementwise`);
    for (const epsilon of [1e-5, 1e-6]) {
      // The expected values belong to inputs that were rounded to float32; JSON has them before rounding.
      const x = values.x.map((row) => row.map(Math.fround));
      const y = layerNorm(matrix(x, dtype), weight!, bias!, { epsilon });
      const want = values[epsilon === 1e-5 ? 'eps_1e-5' : 'eps_1e-6'].flat();
      check.close(`layer_norm ${name} ${epsilon}`, numbers(y), want, allowed);
    }
  }
}

function matrix(rows: readonly number[][], dtype: Precision['dtype']): Tensor {
  return tensor(rows.flat(), [rows.length, rows[0]!.length], { dtype });
}

function numbers(values: Tensor): Float64Array {
  return Float64Array.from(values.toTypedArray());
}
