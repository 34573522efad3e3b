// How fast this processor can be at most, and how fast it multiplies matrices. It knows no tensor.
import { requireInteger, requireOneOf } from './argument-checks.js';
import { callNative } from './native.js';
import { PRODUCT_PRECISIONS, type ProductPrecision } from './ops/encoder.js';

/**
 * Floating-point operations (two per multiply-add) that one thread of this processor does per second in `float32`,
 * measured within some tens of milliseconds with the widest vectors that matrix products use here: what a benchmark
 * holds products against. NaN where the processor has none of the vectors that there is a probe for.
 */
export function peakOperationsPerSecond(): number {
  return callNative((addon) => addon.peakOperationsPerSecond());
}

/** A product of two `float32` matrices, [rows, depth] by [depth, columns]. */
export interface ProductSizes {
  /** Rows of the left matrix and of the result, an integer from 1. */
  readonly rows: number;
  /** Products that an element of the result is the sum of, an integer from 1. */
  readonly depth: number;
  /** Columns of the right matrix and of the result, an integer from 1. */
  readonly columns: number;
  /** Whether the left matrix is read across how it is stored, as for gradients of weights. Default false. */
  readonly leftIsTransposed?: boolean | undefined;
  /** Whether packing the right matrix counts, as for everything but the weights of linear maps. Default false. */
  readonly packsRight?: boolean | undefined;
  /** Factors of the product. Default `f32`. */
  readonly precision?: ProductPrecision | undefined;
}

/**
 * Floating-point operations (two per multiply-add) that one thread does per second in products of these sizes, by the
 * loops that {@link encoder} uses; measured within some tens of milliseconds.
 *
 * @throws SeqError `TENSOR_VALUE` for a size that is no positive integer, or another precision.
 */
export function productOperationsPerSecond(sizes: ProductSizes): number {
  const { rows, depth, columns, leftIsTransposed = false, packsRight = false, precision = 'f32' } = sizes;
  for (const [name, size] of Object.entries({ rows, depth, columns })) {
    requireInteger('productOperationsPerSecond', name, size, 1);
  }
  requireOneOf('productOperationsPerSecond', 'precision', precision, PRODUCT_PRECISIONS);
  return callNative((addon) =>
    addon.productOperationsPerSecond({ rows, depth, columns, leftIsTransposed, packsRight, precision }),
  );
}

/**
 * Whether this processor multiplies bf16 with an instruction that {@link encoder} uses: AVX512-BF16, except on Intel's
 * processors from Sapphire Rapids on, which have it at half the speed of products in `float32`. Where it does not,
 * `precision: 'bf16'` gives the same numbers without being faster.
 */
export function multipliesBf16(): boolean {
  return callNative((addon) => addon.multipliesBf16());
}
