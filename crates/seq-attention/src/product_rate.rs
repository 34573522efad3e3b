//! How fast one thread computes a product of given sizes, measured: what is held against the processor's peak.

use std::hint::black_box;
use std::time::Instant;

use crate::packed::{Matrix, Packed};
use crate::precision::Precision;
use crate::product::{Start, product};

const ROUNDS: usize = 7;
/// A round repeats its product until it takes at least so long.
const SECONDS: f64 = 2e-3;

/// A product of `f32` matrices, [rows, depth] by [depth, columns].
#[derive(Clone, Copy, Debug)]
pub struct ProductSizes {
    /// Rows of the left operand and of the result.
    pub rows: usize,
    /// Products that an element of the result is the sum of.
    pub depth: usize,
    /// Columns of the right operand and of the result.
    pub columns: usize,
    /// Whether the left operand is read across how it is stored, as for gradients of weights.
    pub left_is_transposed: bool,
    /// Whether packing the right operand is part of the work, as for everything but weights of linear maps.
    pub packs_right: bool,
    /// Of the factors.
    pub precision: Precision,
}

/// Floating-point operations (two per multiply-add) per second that one thread does in products of these sizes by the
/// loops of the encoder; the best of seven rounds of a few milliseconds.
///
/// # Panics
/// If a size is 0.
pub fn product_operations_per_second(sizes: ProductSizes) -> f64 {
    let ProductSizes { rows, depth, columns, left_is_transposed, packs_right, precision } = sizes;
    assert!(rows * depth * columns > 0, "no size may be 0: {sizes:?}");
    let wave = |len: usize| -> Vec<f32> { (0..len).map(|i| (i as f32 * 0.731).sin()).collect() };
    let (a, b) = (wave(rows * depth), wave(depth * columns));
    let left = match left_is_transposed {
        true => Matrix::new(&a, depth, rows, rows).t(),
        false => Matrix::new(&a, rows, depth, depth),
    };
    let pack = || Packed::new(Matrix::new(&b, depth, columns, columns), 1.0, precision);
    let (packed, mut c) = (pack(), vec![0f32; rows * columns]);
    let mut round = |repeats: usize| {
        let start = Instant::now();
        for _ in 0..repeats {
            let fresh = packs_right.then(pack);
            product(left, fresh.as_ref().unwrap_or(&packed), Start::Zero, &mut c, columns);
            black_box(&mut c);
        }
        start.elapsed().as_secs_f64()
    };
    let mut repeats = 1;
    while round(repeats) < SECONDS {
        repeats *= 2;
    }
    let fastest = (0..ROUNDS).map(|_| round(repeats)).fold(f64::INFINITY, f64::min);
    (2 * rows * depth * columns * repeats) as f64 / fastest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_have_a_rate_that_a_processor_can_have() {
        for (left_is_transposed, precision) in [(false, Precision::Full), (true, Precision::Bf16)] {
            let sizes =
                ProductSizes { rows: 20, depth: 31, columns: 33, left_is_transposed, packs_right: true, precision };
            let rate = product_operations_per_second(sizes);
            assert!((1e6..1e13).contains(&rate), "{rate}");
        }
    }
}
