// One case of an operation's vector: its output, and the gradients of its inputs.
import { backward, type DType, type FloatDType, mul, sum, type Tensor, tensor, tidy } from '@seq/tensor';
import type { Check } from '../check.js';
import { tolerance } from '../tolerances.js';
import { type OperationInputs, type OperationOptions, operationOf } from './run-operation.js';

/** A tensor in JSON; floats take the precision of the run. */
export interface StoredNumbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly dtype?: 'uint8' | 'int32';
}

/** One case of a vector. */
export interface OperationCase {
  readonly name: string;
  /** Whether the gradient is also the limit of difference quotients: no kink near, and something to differentiate. */
  readonly smooth: boolean;
  readonly options: OperationOptions;
  readonly in: Readonly<Record<string, StoredNumbers>>;
  readonly out: StoredNumbers;
  /** What the outputs are multiplied by before they are summed up for the gradients. */
  readonly upstream?: StoredNumbers;
  readonly grad_in?: Readonly<Record<string, StoredNumbers>>;
}

/** What the JSON of an operation holds. */
export interface OperationVector {
  readonly operation: string;
  readonly cases: readonly OperationCase[];
}

/** A stored tensor in a precision. */
export function toTensor({ data, shape, dtype }: StoredNumbers, precision: FloatDType): Tensor {
  if (dtype === undefined) return tensor(data, shape, { dtype: precision });
  return tensor(dtype === 'uint8' ? Uint8Array.from(data) : Int32Array.from(data), shape);
}

/** The inputs of a case; those with a gradient are variables. */
export function inputsOf({ in: inputs, grad_in }: OperationCase, precision: FloatDType): OperationInputs {
  const converted = Object.entries(inputs).map(([name, stored]): [string, Tensor] => {
    const values = toTensor(stored, precision);
    return [name, grad_in !== undefined && Object.hasOwn(grad_in, name) ? values.variable() : values];
  });
  return Object.fromEntries(converted);
}

/** What the operation gave in a case, times its `upstream`, summed up. */
export function lossOf(output: Tensor, { upstream }: OperationCase): Tensor {
  return sum(mul(output, toTensor(upstream!, output.dtype as FloatDType)));
}

/** Compares one case in one precision. */
export function runOperationCase(
  operation: string,
  given: OperationCase,
  check: Check,
  dtype: 'float32' | 'float64',
): void {
  const run = operationOf(operation);
  check.holds('operation', run !== undefined, `there is no operation "${operation}"`);
  if (run === undefined) return;
  const allowed = tolerance(`${dtype}/operation`);
  tidy(() => {
    const inputs = inputsOf(given, dtype);
    const output = run(inputs, given.options);
    check.equal('dtype', output.dtype, dtypeOf(given, dtype));
    check.equal('shape', output.shape, given.out.shape);
    check.close('out', numbers(output), given.out.data, allowed);
    if (given.grad_in === undefined) return;
    const gradients = backward(lossOf(output, given));
    for (const [name, want] of Object.entries(given.grad_in)) {
      const gradient = gradients.get(inputs[name]!);
      check.equal(`shape of grad_in/${name}`, gradient?.shape, want.shape);
      if (gradient !== undefined) check.close(`grad_in/${name}`, numbers(gradient), want.data, allowed);
    }
  });
}

function dtypeOf({ options, out }: OperationCase, precision: FloatDType): DType {
  return options.dtype ?? out.dtype ?? precision;
}

function numbers(values: Tensor): Float64Array {
  return Float64Array.from(values.toTypedArray());
}
