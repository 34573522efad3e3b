//! Matrix products cut by rows of the packed axis.
//!
//! A product is cut into pieces of rows for speed only: each of its elements adds up in the order of the
//! inner dimension, wherever its row lies. Sums over rows are cut into shards whose number is fixed.

use crate::element::Element;
use crate::matmul::{MatrixRef, gemm};
use crate::pieces::{filled, rows_per_shard, sum_in_order};
use crate::recycle;
use crate::threads;

/// Rows per piece of a product: enough to repay packing the other matrix, few enough to share out.
const ROWS: usize = 128;
/// Fewest rows in a shard of a sum over rows.
const SHARD_ROWS: usize = 256;

/// `x Wᵀ + b`.
pub(super) fn forward<T: Element>(
    x: &[T],
    weight: &[T],
    bias: Option<&[T]>,
    rows: usize,
    width_in: usize,
    width_out: usize,
) -> Vec<T> {
    let weight = MatrixRef::new(weight, width_out, width_in).t();
    filled(rows * width_out, ROWS * width_out, |start, piece| {
        let (first, count) = (start / width_out, piece.len() / width_out);
        let block = MatrixRef::new(&x[first * width_in..][..count * width_in], count, width_in);
        if let Some(bias) = bias {
            piece.chunks_exact_mut(width_out).for_each(|row| row.copy_from_slice(bias));
        }
        let beta = if bias.is_some() { T::ONE } else { T::ZERO };
        gemm(T::ONE, block, weight, beta, piece, width_out);
    })
}

/// `a b` for `a` of `[rows, inner]` and `b` of `[inner, columns]`.
pub fn times_rows<T: Element>(a: &[T], b: &[T], [rows, inner, columns]: [usize; 3]) -> Vec<T> {
    let b = MatrixRef::new(b, inner, columns);
    filled(rows * columns, ROWS * columns, |start, piece| {
        let (first, count) = (start / columns, piece.len() / columns);
        let block = MatrixRef::new(&a[first * inner..][..count * inner], count, inner);
        gemm(T::ONE, block, b, T::ZERO, piece, columns);
    })
}

/// `aᵀ b` for `a` of `[rows, m]` and `b` of `[rows, n]`: the sum over rows, in ordered shards.
pub fn product_over_rows<T: Element>(a: &[T], b: &[T], [rows, m, n]: [usize; 3]) -> Vec<T> {
    let shard = rows_per_shard(rows, SHARD_ROWS);
    let shards = rows.div_ceil(shard);
    if shards == 0 {
        return vec![T::ZERO; m * n];
    }
    sum_in_order(threads::map(shards, |index| {
        let (first, count) = (index * shard, shard.min(rows - index * shard));
        let a = MatrixRef::new(&a[first * m..][..count * m], count, m);
        let b = MatrixRef::new(&b[first * n..][..count * n], count, n);
        let mut product = recycle::vector_of(m * n);
        gemm(T::ONE, a.t(), b, T::ZERO, &mut product, n);
        product
    }))
}
