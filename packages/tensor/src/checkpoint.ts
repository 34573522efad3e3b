// Work that keeps its inputs instead of a record, and runs again in backward. It knows no operation.
import { tensorError } from './errors.js';
import { callNative, type GradientsHandle, SeqError } from './native.js';
import { whileRecording } from './recording.js';
import { fromHandle, handleOf, Tensor } from './tensor.js';
import { requireDone, tidy } from './tidy.js';

/** What a function under {@link checkpoint} returns. */
export type CheckpointResult = Tensor | readonly Tensor[];

/** One tensor for one, an array for an array. */
export type Checkpointed<R extends CheckpointResult> = R extends readonly Tensor[]
  ? { -readonly [K in keyof R]: Tensor }
  : Tensor;

/**
 * Runs `work(...inputs)` without keeping what its operations would keep for backward; when a gradient arrives, `work`
 * runs again with the same inputs, now recorded. This costs a second forward pass of `work` and saves its
 * intermediate results between the two. Gradients are those of a plain call, bit for bit: the order of all sums stays.
 *
 * Parameters and other tensors that `work` uses without having them as inputs get their gradients as well. Such a tensor
 * must live until backward; inputs are kept. Checkpoints within checkpoints are allowed. Where nothing is recorded, as in
 * `noGrad`, or nothing needs a gradient, it is a plain call.
 *
 * What `work` makes besides its result is freed each time, as in `tidy`. The function, and what it refers to, is held
 * until backward or until the result and everything made from it is freed.
 *
 * @param work - gives the same for the same inputs whenever it runs, bit for bit. Random operations do, if their step and
 * site do not change between the runs. It must not call `backward`.
 * @param inputs - tensors of any dtype and shape.
 * @returns what `work` returns: one tensor, or an array of them. If one of them depends on something with a gradient, all
 * of them count as recorded.
 * @throws SeqError `WORK_IS_ASYNC` if `work` returns a promise; `TENSOR_VALUE` if it returns something else than tensors;
 * `TENSOR_DISPOSED`. In a later backward: `CHECKPOINT_CHANGED` if it returned other numbers, shapes or dtypes the second
 * time, `PARAMETERS_CHANGED` if parameters were written in between, `TENSOR_DISPOSED` if a tensor that it uses was freed,
 * and whatever `work` throws.
 * @remarks Unlike `torch.utils.checkpoint` it has one mode, needs no input with a gradient, and compares the results of
 * both runs in full.
 * @see Chen et al. 2016, "Training deep nets with sublinear memory cost", arXiv:1604.06174
 * @example
 * const y = checkpoint((x) => gelu(linear(x, weight, bias)), [x]);
 */
export function checkpoint<const Inputs extends readonly Tensor[], const Result extends CheckpointResult>(
  work: (...inputs: Inputs) => Result,
  inputs: Readonly<Inputs>,
): Checkpointed<Result> {
  const handles = inputs.map((input) => handleOf(input, 'checkpoint'));
  const isRecorded = callNative((addon) => addon.isRecording());
  const run = (): CheckpointResult => requireTensors(requireDone('checkpoint', work(...(inputs as Inputs))));
  const result = tidy(() => {
    if (!isRecorded) return run();
    return whileRecording('watched', 'checkpoint', () => {
      const result = run();
      const found = listOf(result).map((output) => handleOf(output, 'checkpoint'));
      const recorded = callNative((addon) => addon.recordCheckpoint(work, handles, found)).map(fromHandle);
      return isList(result) ? recorded : recorded[0]!;
    });
  });
  return result as Checkpointed<Result>;
}

/** Runs the function again before which a backward pass has paused, and lets the pass go on from its results. */
export function runAgain(pass: GradientsHandle): void {
  tidy(() => {
    const work = callNative(() => pass.work());
    const inputs = callNative(() => pass.inputs()).map(fromHandle);
    const run = () => requireTensors(requireDone('checkpoint', work(...inputs)));
    const outputs = withAdvice(() => whileRecording('on', 'checkpoint', run));
    const handles = listOf(outputs).map((output) => handleOf(output, 'checkpoint'));
    callNative(() => pass.resume(handles));
  });
}

function isList(result: CheckpointResult): result is readonly Tensor[] {
  return Array.isArray(result);
}

function listOf(result: CheckpointResult): readonly Tensor[] {
  return isList(result) ? result : [result];
}

function requireTensors(result: unknown): CheckpointResult {
  const outputs: readonly unknown[] = Array.isArray(result) ? result : [result];
  const wrong = outputs.findIndex((output) => !(output instanceof Tensor));
  if (wrong < 0) return result as CheckpointResult;
  const found = outputs[wrong] === null ? 'null' : typeof outputs[wrong];
  const place = Array.isArray(result) ? ` at position ${wrong}` : '';
  throw tensorError(
    'TENSOR_VALUE',
    `checkpoint: the function must return a tensor or an array of tensors, got ${found}${place}.`,
  );
}

/** An error about a freed tensor then says what to do about it here. */
function withAdvice<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SeqError && error.code === 'TENSOR_DISPOSED')) throw error;
    const advice = 'The function of a checkpoint uses it when it runs again for backward: make it an input.';
    throw new SeqError(error.code, `${error.message} ${advice}`, { details: error.details, cause: error });
  }
}
