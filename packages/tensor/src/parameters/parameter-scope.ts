// A place in the tree of names from which modules declare their parameters. It knows no module.
import { tensorError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import type { ParameterInit } from './parameter-init.js';

/** Adds a parameter under its full name. */
type Declare = (name: string, shape: readonly number[], init: ParameterInit) => Tensor;

/**
 * A prefix of parameter names. Made by `ParameterStore.scope`; a module takes one in its constructor and declares its
 * parameters below it, so that names follow the tree of modules.
 */
export class ParameterScope {
  /** The names from the root to here, joined with dots; empty at the root. */
  readonly path: string;
  readonly #declare: Declare;

  /** @internal */
  constructor(path: string, declare: Declare) {
    this.path = path;
    this.#declare = declare;
  }

  /**
   * The scope one level below.
   *
   * @throws SeqError `PARAMETER_NAME` for a name that is empty or has a dot.
   */
  child(name: string): ParameterScope {
    return new ParameterScope(this.#join(name), this.#declare);
  }

  /**
   * Declares a parameter. Its tensor shows the store's present values at any time, its gradient goes to the store, and no
   * `tidy` frees it. What a random start draws depends on the store's seed and the full name, not on the order of
   * declaration.
   *
   * @param name - a name without dots, unique in this scope.
   * @param shape - sizes of the axes.
   * @throws SeqError `PARAMETER_NAME` if the full name is taken, or the name is empty or has a dot; `TENSOR_VALUE` for
   * initial values that cannot be; `TENSOR_SHAPE`
   */
  parameter(name: string, shape: readonly number[], init: ParameterInit): Tensor {
    return this.#declare(this.#join(name), shape, init);
  }

  #join(name: string): string {
    if (name === '' || name.includes('.')) {
      const where = this.path === '' ? 'at the root' : `below "${this.path}"`;
      const found = `got "${name}" ${where}`;
      throw tensorError('PARAMETER_NAME', `parameters: a name must not be empty and have no dot, ${found}.`, { name });
    }
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}
