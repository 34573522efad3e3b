//! `pairwise_distance`: Euclidean distances between all rows, with a floor under the squared distance.
//!
//! `d_ij = sqrt(max(sum_k (e_ik - e_jk)², 1e-8))` for `i < j`;
//! `de_i = sum over j of dd_ij (e_i - e_j) / d_ij`, without the pairs below the floor, which send nothing.
//! Shapes: e [B, D], d [B (B - 1) / 2] in the condensed order (0,1), (0,2), .., (1,2), ... DTypes: floats,
//! sums in f64. Gradients overwrite. Differences are explicit; the Gram form would cancel.
//! Errors: `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_VALUE` for rows that are not finite.

use crate::dispatch_float;
use crate::element::Element;
use crate::error::{Result, TensorError};
use crate::lanes;
use crate::pieces::{PIECE, filled, rows_per_piece};
use crate::tape::record_one;
use crate::tensor::Tensor;
use crate::threads;

const OP: &str = "pairwise_distance";
/// The least squared distance.
const FLOOR: f64 = 1e-8;

/// Euclidean distances between all pairs of rows, condensed.
///
/// # Errors
/// `TENSOR_SHAPE` unless there are two axes; `TENSOR_VALUE` naming the first row with a NaN or infinity;
/// `TENSOR_DTYPE`.
pub fn pairwise_distance(embeddings: &Tensor) -> Result<Tensor> {
    let &[count, width] = embeddings.shape() else {
        return Err(TensorError::shape(OP, "embeddings [B, D] are needed", &[embeddings.shape()]));
    };
    dispatch_float!(OP, embeddings.dtype(), T => {
        let squares = {
            let elements = embeddings.elements::<T>(OP)?;
            check_finite::<T>(&elements, width)?;
            squared_distances::<T>(&elements, count, width)
        };
        let distances = squares.iter().map(|square| T::from_f64(square.max(FLOOR).sqrt())).collect();
        let distances = Tensor::new(distances, &[squares.len()])?;
        let saved = embeddings.detach();
        Ok(record_one(OP, &[embeddings], distances, move |gradient| {
            let pulls: Vec<T> = gradient
                .elements::<T>(OP)?
                .iter()
                .zip(&squares)
                .map(|(g, square)| if *square < FLOOR { T::ZERO } else { T::from_f64(g.to_f64() / square.sqrt()) })
                .collect();
            let dx = pulled(&saved.elements::<T>(OP)?, &pulls, count, width);
            Ok(vec![Some(Tensor::new(dx, saved.shape())?)])
        }))
    })
}

fn check_finite<T: Element>(elements: &[T], width: usize) -> Result<()> {
    let is_bad = |row: &[T]| row.iter().any(|x| !x.is_finite());
    let rows = || elements.chunks_exact(width.max(1));
    let Some(first) = rows().position(is_bad) else { return Ok(()) };
    let count = rows().filter(|row| is_bad(row)).count();
    let problem = format!("row {first} holds a NaN or an infinity ({count} such rows of {})", rows().len());
    Err(TensorError::Value { op: OP, problem })
}

/// Position of the pair `(i, i + 1)` in the condensed order.
fn first_pair(i: usize, count: usize) -> usize {
    i * (2 * count - i - 1) / 2
}

fn squared_distances<T: Element>(elements: &[T], count: usize, width: usize) -> Vec<f64> {
    let row = |i: usize| &elements[i * width..][..width];
    let rows = threads::map(count.saturating_sub(1), |i| {
        let square = |j: usize| {
            lanes::sum_of_pairs(row(i), row(j), |a, b| {
                let difference = (a - b).to_f64();
                difference * difference
            })
        };
        (i + 1..count).map(square).collect::<Vec<f64>>()
    });
    rows.concat()
}

/// `sum over j of pull_ij (e_i - e_j)` for every row.
fn pulled<T: Element>(elements: &[T], pulls: &[T], count: usize, width: usize) -> Vec<T> {
    let rows = rows_per_piece(count * width, PIECE);
    filled(count * width, rows * width, |start, piece: &mut [T]| {
        let mut sums = vec![0.0; width];
        for (k, out) in piece.chunks_exact_mut(width).enumerate() {
            let i = start / width + k;
            let own = &elements[i * width..][..width];
            sums.fill(0.0);
            for j in (0..count).filter(|&j| j != i) {
                let (low, high) = (i.min(j), i.max(j));
                let pull = pulls[first_pair(low, count) + high - low - 1];
                let other = &elements[j * width..][..width];
                let pairs = sums.iter_mut().zip(own).zip(other);
                pairs.for_each(|((sum, a), b)| *sum += (pull * (*a - *b)).to_f64());
            }
            out.iter_mut().zip(&sums).for_each(|(y, sum)| *y = T::from_f64(*sum));
        }
    })
}

#[cfg(test)]
mod tests;
