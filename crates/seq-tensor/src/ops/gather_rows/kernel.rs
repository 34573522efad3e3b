//! Copies and ordered sums of indexed rows.

use crate::element::Element;
use crate::pieces::{PIECE, filled, rows_per_piece, rows_per_shard};
use crate::recycle;
use crate::tensor::Stored;
use crate::threads;

/// Above this many indices per row, few rows get most of the work: sums are cut by index, not by row.
const CROWDED: usize = 64;

/// Rows of `x` in the order of `indices`.
pub(super) fn gather<T: Stored>(x: &[T], indices: &[u32], width: usize) -> Vec<T> {
    let mut out = recycle::vector_of(indices.len() * width);
    let rows = rows_per_piece(width, PIECE);
    threads::for_each_piece(&mut out, (rows * width).max(1), |index, piece| {
        for (out, row) in piece.chunks_exact_mut(width).zip(&indices[index * rows..]) {
            out.copy_from_slice(&x[*row as usize * width..][..width]);
        }
    });
    out
}

/// `out[indices[i]] += x[i]` for rows of `width` elements, starting from zero, in f64 and in order of `i`
/// (within shards of fixed number, reduced in order, where the indices crowd on few rows).
pub fn scatter_add<T: Element>(x: &[T], indices: &[u32], rows: usize, width: usize) -> Vec<T> {
    if width == 0 || rows == 0 {
        return vec![T::ZERO; rows * width];
    }
    if indices.len() > CROWDED * rows { crowded(x, indices, rows, width) } else { spread(x, indices, rows, width) }
}

/// Each shard of indices sums into its own copy of the output.
fn crowded<T: Element>(x: &[T], indices: &[u32], rows: usize, width: usize) -> Vec<T> {
    let shard = rows_per_shard(indices.len(), CROWDED);
    let partial = threads::map(indices.len().div_ceil(shard), |s| {
        let mut sums = vec![0.0; rows * width];
        let first = s * shard;
        for (row, x) in indices[first..].iter().take(shard).zip(x[first * width..].chunks_exact(width)) {
            let sums = &mut sums[*row as usize * width..][..width];
            sums.iter_mut().zip(x).for_each(|(sum, x)| *sum += x.to_f64());
        }
        sums
    });
    filled(rows * width, PIECE, |start, piece: &mut [T]| {
        for (i, out) in piece.iter_mut().enumerate() {
            *out = T::from_f64(partial.iter().map(|sums| sums[start + i]).sum());
        }
    })
}

/// Indices sorted by row (stable), so that each output row is summed by one thread.
fn spread<T: Element>(x: &[T], indices: &[u32], rows: usize, width: usize) -> Vec<T> {
    let mut starts = vec![0usize; rows + 1];
    indices.iter().for_each(|row| starts[*row as usize + 1] += 1);
    (0..rows).for_each(|row| starts[row + 1] += starts[row]);
    let mut next = starts.clone();
    let mut order = vec![0u32; indices.len()];
    for (i, row) in indices.iter().enumerate() {
        order[next[*row as usize]] = i as u32;
        next[*row as usize] += 1;
    }
    let per_piece = rows_per_piece(width, PIECE / 4);
    filled(rows * width, per_piece * width, |start, piece: &mut [T]| {
        let mut sums = vec![0.0; width];
        for (i, out) in piece.chunks_exact_mut(width).enumerate() {
            let row = start / width + i;
            let members = &order[starts[row]..starts[row + 1]];
            if let [only] = members {
                out.copy_from_slice(&x[*only as usize * width..][..width]);
                continue;
            }
            sums.fill(0.0);
            for member in members {
                let x = &x[*member as usize * width..][..width];
                sums.iter_mut().zip(x).for_each(|(sum, x)| *sum += x.to_f64());
            }
            out.iter_mut().zip(&sums).for_each(|(y, sum)| *y = T::from_f64(*sum));
        }
    })
}
