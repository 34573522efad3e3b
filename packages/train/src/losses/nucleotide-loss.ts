// How well hidden bases are guessed.
import { argmax, crossEntropy, type Tensor } from '@seq/tensor';
import { trainError } from '../errors.js';

/** Options of {@link nucleotideLoss} and {@link nucleotideHits}. */
export interface MaskedPositions {
  /** [T], 1 where a base was hidden. Default: nothing was, and every known token counts. */
  readonly maskedPositions?: Uint8Array | undefined;
}

/** Tokens above this mark the start of a read and hidden bases. */
const LAST_BASE = 4;

/**
 * Mean cross-entropy over the hidden positions, or over all known tokens if nothing was hidden; unknown tokens (0) never
 * count. 0 if no position counts.
 *
 * @param logits - [T, V].
 * @param tokens - the tokens as they were before hiding, [T].
 * @throws SeqError `LOSS_INPUT` if lengths differ; `TENSOR_INDEX` for a token outside the vocabulary.
 */
export function nucleotideLoss(logits: Tensor, tokens: Int32Array, options: MaskedPositions = {}): Tensor {
  return crossEntropy(logits, tokens, { weights: scoredPositions(logits, tokens, options) });
}

/** How many hidden positions were guessed right; without hidden ones, how many bases. */
export interface NucleotideHits {
  /** Positions whose most likely token is the true one. */
  readonly hits: number;
  /** Positions that count. */
  readonly positions: number;
}

/**
 * Compares the most likely token (the first of equal ones) with the true one over the hidden positions; if nothing was
 * hidden, over all A, C, G and T.
 *
 * @param logits - [T, V].
 * @param tokens - the tokens as they were before hiding, [T].
 * @throws SeqError `LOSS_INPUT` if lengths differ.
 */
export function nucleotideHits(logits: Tensor, tokens: Int32Array, options: MaskedPositions = {}): NucleotideHits {
  const { maskedPositions } = options;
  checkLengths('nucleotideHits', logits, tokens, options);
  const anyHidden = maskedPositions?.some((flag) => flag !== 0) ?? false;
  using guesses = argmax(logits);
  const guessed = guesses.toTypedArray();
  let hits = 0;
  let positions = 0;
  for (let i = 0; i < tokens.length; i++) {
    const counts = anyHidden ? maskedPositions![i] !== 0 : tokens[i]! > 0 && tokens[i]! <= LAST_BASE;
    if (!counts) continue;
    positions += 1;
    if (guessed[i] === tokens[i]) hits += 1;
  }
  return { hits, positions };
}

/** Positions that enter the loss, [T]: 1 where they do. */
function scoredPositions(logits: Tensor, tokens: Int32Array, options: MaskedPositions): Uint8Array {
  checkLengths('nucleotideLoss', logits, tokens, options);
  return Uint8Array.from(tokens, (token, i) => Number(token > 0 && (options.maskedPositions?.[i] ?? 1) !== 0));
}

function checkLengths(asked: string, logits: Tensor, tokens: Int32Array, { maskedPositions }: MaskedPositions): void {
  const length = maskedPositions?.length ?? tokens.length;
  if (logits.shape[0] === tokens.length && length === tokens.length) return;
  throw trainError(
    'LOSS_INPUT',
    `${asked}: logits of shape [${logits.shape.join(', ')}] and ${length} mask values for ` +
      `${tokens.length} tokens; give one row and one mask value per token.`,
  );
}
