// Reverse-mode differentiation: the way back. It knows no operation.
import { runAgain } from './checkpoint.js';
import { tensorError } from './errors.js';
import { callNative, type GradientsHandle } from './native.js';
import { fromHandle, handleOf, type Tensor } from './tensor.js';
import { track } from './tidy.js';

let makeGradients: (handle: GradientsHandle) => Gradients;

/** The gradients of variables after one {@link backward}. Gradients of parameters are in their store. */
export class Gradients implements Disposable {
  #handle: GradientsHandle | undefined;

  private constructor(handle: GradientsHandle) {
    this.#handle = handle;
  }

  static {
    makeGradients = (handle) => new Gradients(handle);
  }

  /**
   * The gradient of the loss for a variable, in the variable's shape and dtype; undefined if the loss does not depend on
   * it or if it is no variable.
   *
   * @throws SeqError `TENSOR_DISPOSED` if the variable or these gradients were disposed.
   */
  get(variable: Tensor): Tensor | undefined {
    const gradients = this.#handle;
    if (gradients === undefined) {
      throw tensorError('TENSOR_DISPOSED', 'gradients: they were disposed before. Read them first.');
    }
    const handle = handleOf(variable, 'gradients');
    const gradient = callNative(() => gradients.get(handle));
    return gradient === null ? undefined : fromHandle(gradient);
  }

  /** Frees the gradients; tensors that {@link Gradients.get} gave before stay. Doing it again does nothing. */
  dispose(): void {
    const gradients = this.#handle;
    this.#handle = undefined;
    if (gradients !== undefined) callNative(() => gradients.dispose());
  }

  /** The same as {@link Gradients.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * Sends the gradient 1 of a scalar loss back through the operations that made it. Gradients of variables are returned;
 * gradients of trainable parameters are added to those in their store. A record is used once: what it kept is freed on
 * the way.
 *
 * @param loss - a recorded tensor of one element.
 * @throws SeqError `LOSS_NOT_SCALAR`, `TAPE_CONSUMED`, `NOT_DIFFERENTIABLE`, `PARAMETERS_CHANGED`, `TENSOR_DISPOSED`;
 * `CHECKPOINT_CHANGED`, or what its function throws, if there is a `checkpoint` on the way.
 */
export function backward(loss: Tensor): Gradients {
  const handle = handleOf(loss, 'backward');
  const pass = callNative((addon) => addon.backward(handle));
  try {
    while (callNative(() => pass.advance())) runAgain(pass);
  } catch (error) {
    pass.dispose();
    throw error;
  }
  return track(makeGradients(pass));
}
