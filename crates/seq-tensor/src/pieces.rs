//! New vectors that kernels fill piece by piece, and the sizes of those pieces.
//!
//! Sizes depend on shapes alone, so that no result depends on the number of threads.

use crate::element::Element;
use crate::recycle;
use crate::threads;

/// Elements per piece of a cheap element-wise loop; what is shorter stays on one thread.
pub const PIECE: usize = 1 << 15;

/// Number of shards that sums over rows are cut into at most.
pub const SHARDS: usize = 16;

/// Rows per piece so that a piece holds about `elements`, at least one row.
pub fn rows_per_piece(row_len: usize, elements: usize) -> usize {
    (elements / row_len.max(1)).max(1)
}

/// Rows per shard for a sum over `rows`: at most [`SHARDS`] shards, none of fewer than `least` rows but the last.
pub fn rows_per_shard(rows: usize, least: usize) -> usize {
    rows.div_ceil(SHARDS).max(least).max(1)
}

/// A vector of `len` elements of which `fill(start, piece)` writes every one; the piece starts unspecified.
pub fn filled<T: Element>(len: usize, piece_len: usize, fill: impl Fn(usize, &mut [T]) + Sync) -> Vec<T> {
    let mut data = recycle::vector_of(len);
    let piece_len = piece_len.max(1);
    threads::for_each_piece(&mut data, piece_len, |index, piece| fill(index * piece_len, piece));
    data
}

/// The element-wise sum of partial results, in their order.
pub fn sum_in_order<T: Element>(partial: Vec<Vec<T>>) -> Vec<T> {
    let mut partial = partial.into_iter();
    let Some(mut sum) = partial.next() else { return Vec::new() };
    let rest: Vec<Vec<T>> = partial.collect();
    if !rest.is_empty() {
        threads::for_each_piece(&mut sum, PIECE, |index, piece| {
            let start = index * PIECE;
            for other in &rest {
                for (total, value) in piece.iter_mut().zip(&other[start..]) {
                    *total += *value;
                }
            }
        });
    }
    sum
}

/// `sum += other`, element by element.
///
/// # Panics
/// If the lengths differ.
pub fn add<T: Element>(sum: &mut [T], other: &[T]) {
    assert_eq!(sum.len(), other.len(), "only slices of one length can be added");
    threads::for_each_piece(sum, PIECE, |index, piece| {
        piece.iter_mut().zip(&other[index * PIECE..]).for_each(|(sum, value)| *sum += *value);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_partial_results_keep_their_order() {
        let partial = vec![vec![1e16f64, 1.0], vec![1.0, 2.0], vec![-1e16, 3.0]];
        assert_eq!(sum_in_order(partial), [1e16 + 1.0 - 1e16, 6.0]);
        assert!(sum_in_order::<f32>(Vec::new()).is_empty());
    }

    #[test]
    fn shards_are_at_most_as_many_as_promised() {
        for rows in [1, 15, 16, 17, 1000, 12_345] {
            let shard = rows_per_shard(rows, 10);
            assert!(shard >= 10 && rows.div_ceil(shard) <= SHARDS);
        }
        assert_eq!((rows_per_shard(0, 0), rows_per_piece(0, 100), rows_per_piece(1000, 100)), (1, 100, 1));
    }
}
