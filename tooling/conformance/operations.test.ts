// Every operation that @seq/tensor exports has a vector and a gradient check, and its errors say what it was given.
// The list of operations is what the package exports; nothing here has to be edited for a new one.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as seqTensor from '@seq/tensor';
import { backward, cast, noGrad, SeqError, sum, type Tensor, tensor, tidy } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { firstDifference } from './check.js';
import {
  inputsOf,
  lossOf,
  type OperationCase,
  type OperationVector,
  toTensor,
} from './operation-cases/operation-case.js';
import { type OperationInputs, operationOf } from './operation-cases/run-operation.js';
import { tolerance } from './tolerances.js';
import { jsonVectors } from './vectors.js';

const sources = fileURLToPath(new URL('../../packages/tensor/src/', import.meta.url));
const vectors = fileURLToPath(new URL('../../conformance/12_operations/', import.meta.url));

/** Names of the functions that the package exports from its folder of operations. */
function exportedOperations(): string[] {
  const exported = new Set(Object.keys(seqTensor));
  const files = readdirSync(`${sources}ops`).map((file) => readFileSync(`${sources}ops/${file}`, 'utf8'));
  const names = files.flatMap((text) => Array.from(text.matchAll(/^export function (\w+)/gm), ([, name]) => name!));
  return names.filter((name) => exported.has(name)).sort();
}

const operations = exportedOperations();
const cases = new Map<string, readonly OperationCase[]>();
for (const { content } of jsonVectors<OperationVector>(vectors)) cases.set(content.operation, content.cases);

/** Calls an operation as a case says. */
type OperationRun = (inputs: OperationInputs, given: OperationCase) => Tensor;

/** Five-point difference quotients of the loss by the elements of one input. */
function quotients(run: OperationRun, given: OperationCase, which: string): number[] {
  const step = 1e-3;
  const stored = given.in[which]!;
  const at = (element: number, shift: number): number =>
    tidy(() => {
      const data = stored.data.map((value, i) => (i === element ? value + shift * step : value));
      const inputs = { ...inputsOf(given, 'float64'), [which]: toTensor({ ...stored, data }, 'float64') };
      return noGrad(() => lossOf(run(inputs, given), given).item());
    });
  return stored.data.map((_, i) => (8 * (at(i, 1) - at(i, -1)) - (at(i, 2) - at(i, -2))) / (12 * step));
}

describe('operations', () => {
  it('are found', () => {
    expect(operations.length).toBeGreaterThanOrEqual(40);
    expect(operations).toEqual(expect.arrayContaining(['add', 'matmul', 'encoder', 'dropout']));
  });

  it('each have a vector, and vectors are of operations that exist', () => {
    expect([...cases.keys()].sort()).toEqual(operations);
  });
});

describe.each(operations)('%s', (operation) => {
  const own = cases.get(operation) ?? [];
  const run: OperationRun = (inputs, { options }) => operationOf(operation)!(inputs, options);

  it('has gradients that equal difference quotients in float64, or refuses backward', () => {
    let checks = 0;
    for (const given of own) {
      if (given.grad_in === undefined) {
        checks += Number(refusesBackward(given));
        continue;
      }
      if (!given.smooth) continue;
      tidy(() => {
        const inputs = inputsOf(given, 'float64');
        const gradients = backward(lossOf(run(inputs, given), given));
        for (const name of Object.keys(given.grad_in!)) {
          const found = gradients.get(inputs[name]!)!.toTypedArray() as Float64Array;
          const wanted = quotients(run, given, name);
          expect(firstDifference(found, wanted, tolerance('float64/gradient-check'))).toBeUndefined();
          checks += 1;
        }
      });
    }
    expect(checks).toBeGreaterThan(0);
  });

  function refusesBackward(given: OperationCase): boolean {
    return tidy(() => {
      const inputs = Object.entries(inputsOf(given, 'float64')).map(([name, values]): [string, Tensor] => {
        return [name, values.dtype === 'float64' ? values.variable() : values];
      });
      const output = run(Object.fromEntries(inputs), given);
      const loss = sum(output.dtype === 'float64' ? output : cast(output, 'float64'));
      const code = output.needsGradient ? 'NOT_DIFFERENTIABLE' : 'LOSS_NOT_SCALAR';
      expect(() => backward(loss)).toThrow(expect.objectContaining({ code }));
      return true;
    });
  }

  it('names itself where an input was freed', () => {
    for (const given of own) {
      for (const name of Object.keys(given.in)) {
        const inputs = inputsOf(given, 'float64');
        inputs[name]!.dispose();
        const mistake = failureOf(() => run(inputs, given));
        expect([mistake?.code, mistake?.message.startsWith(`${operation}: `)]).toEqual(['TENSOR_DISPOSED', true]);
      }
    }
  });

  it('repeats itself, shapes and dtypes where an input has another shape or dtype, if it minds', () => {
    for (const given of own) {
      for (const name of Object.keys(given.in)) {
        for (const wrong of strangers(given.in[name]!.shape)) {
          const inputs = { ...inputsOf(given, 'float64'), [name]: wrong };
          const mistake = failureOf(() => run(inputs, given));
          if (mistake === undefined) continue;
          expect(mistake.message.startsWith(`${operation}: `), mistake.message).toBe(true);
          for (const { dtype, shape } of Object.values(inputs)) {
            expect(mistake.message).toContain(`${dtype} [${shape.join(', ')}]`);
          }
        }
      }
    }
  });
});

/** Tensors that do not fit in place of one of this shape: another dtype, another rank, another last axis. */
function strangers(shape: readonly number[]): Tensor[] {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const wider = [...shape.slice(0, -1), (shape.at(-1) ?? 1) + 4];
  const product = wider.reduce((a, b) => a * b, 1);
  return [
    tensor(new Int32Array(size), shape),
    tensor(new Float32Array(size), shape),
    tensor(new Float64Array(7 * 11 * 13), [7, 11, 13]),
    tensor(new Float64Array(product), wider),
  ];
}

function failureOf(work: () => unknown): SeqError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof SeqError) return error;
    throw error;
  }
}
