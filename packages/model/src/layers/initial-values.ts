// Initial values of parameters, after the PyTorch modules that the reference is built from.
import type { ParameterInit } from '@seq/tensor';

/** U(-1/sqrt(inputs), 1/sqrt(inputs)): PyTorch's default for the weight and the bias of a linear layer. */
export function defaultLinearValues(inputs: number): ParameterInit {
  return symmetricUniform(1 / Math.sqrt(inputs));
}

/** Xavier's uniform distribution, U(-a, a) with a = sqrt(6 / (inputs + outputs)). Glorot & Bengio 2010. */
export function xavierValues(inputs: number, outputs: number): ParameterInit {
  return symmetricUniform(Math.sqrt(6 / (inputs + outputs)));
}

/** N(0, standardDeviation²); embeddings have 1. */
export function normalValues(standardDeviation = 1): ParameterInit {
  return { kind: 'normal', mean: 0, standardDeviation };
}

/** The same value everywhere. */
export function constantValues(value: number): ParameterInit {
  return { kind: 'constant', value };
}

function symmetricUniform(bound: number): ParameterInit {
  return { kind: 'uniform', low: -bound, high: bound };
}
