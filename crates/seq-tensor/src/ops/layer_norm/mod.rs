//! `layer_norm`: `y = (x - mean) / sqrt(variance + epsilon) * weight + bias` over the last axis.
//!
//! Shapes: x [.., D], weight [D], bias [D], y as x. DTypes: all the same float; mean and variance
//! (divided by D, not D - 1) in f64. Gradients overwrite; those of weight and bias are summed in at most
//! 16 shards of rows, reduced in order. Errors: `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_VALUE`.
//! Source: Ba, Kiros & Hinton 2016, arXiv:1607.06450.

mod kernel;
#[cfg(test)]
mod tests;

pub use kernel::{Statistics, backward_rows, forward_rows};

use crate::dispatch_float;
use crate::element::Element;
use crate::error::{Result, TensorError};
use crate::pieces::{PIECE, rows_per_piece, rows_per_shard, sum_in_order};
use crate::recycle;
use crate::tape::record_one;
use crate::tensor::Tensor;
use crate::threads;

const OP: &str = "layer_norm";
/// Fewest rows in a shard of the parameters' gradients.
const SHARD_ROWS: usize = 64;

/// Standardises each row of the last axis, then scales and shifts it per column.
///
/// # Errors
/// `TENSOR_SHAPE` if `weight` or `bias` is not as long as the last axis; `TENSOR_VALUE` unless `epsilon`
/// is positive; `TENSOR_DTYPE`.
pub fn layer_norm(x: &Tensor, weight: &Tensor, bias: &Tensor, epsilon: f64) -> Result<Tensor> {
    let shapes = [x.shape(), weight.shape(), bias.shape()];
    let width = *x.shape().last().ok_or_else(|| TensorError::shape(OP, "at least one axis is needed", &shapes))?;
    if weight.shape() != [width] || bias.shape() != [width] {
        return Err(TensorError::shape(OP, "weight and bias must be as long as the last axis of the input", &shapes));
    }
    if !(epsilon > 0.0 && epsilon.is_finite()) {
        let problem = format!("epsilon must be positive and finite, got {epsilon}");
        return Err(TensorError::Value { op: OP, problem });
    }
    dispatch_float!(OP, x.dtype(), T => layer_norm_typed::<T>(x, weight, bias, epsilon))
}

fn layer_norm_typed<T: Element>(x: &Tensor, weight: &Tensor, bias: &Tensor, epsilon: f64) -> Result<Tensor> {
    let width = weight.len();
    let mut y = recycle::vector_of(x.len());
    let statistics = {
        let (x, weight, bias) = (x.elements::<T>(OP)?, weight.elements::<T>(OP)?, bias.elements::<T>(OP)?);
        let (x, weight, bias): (&[T], &[T], &[T]) = (&x, &weight, &bias);
        let piece_len = rows_per_piece(width, PIECE) * width;
        let statistics = threads::map_pieces(&mut y, piece_len.max(1), |index, piece| {
            forward_rows(&x[index * piece_len..][..piece.len()], weight, bias, epsilon, piece)
        });
        statistics.concat()
    };
    let needs = [x.needs_gradient(), weight.needs_gradient(), bias.needs_gradient()];
    let inputs = [x, weight, bias];
    let (x, weight) = (x.detach(), weight.detach());
    Ok(record_one(OP, &inputs, Tensor::new(y, x.shape())?, move |gradient| {
        let (dy, x_elements, weight) = (gradient.elements::<T>(OP)?, x.elements::<T>(OP)?, weight.elements::<T>(OP)?);
        let (dy, x_data, weight): (&[T], &[T], &[T]) = (&dy, &x_elements, &weight);
        let mut dx = recycle::vector_of(dy.len());
        let shard = rows_per_shard(statistics.len(), SHARD_ROWS);
        let partial = threads::map_pieces(&mut dx, (shard * width).max(1), |index, piece| {
            let first = index * shard * width;
            let (x, dy) = (&x_data[first..][..piece.len()], &dy[first..][..piece.len()]);
            let mut sums = vec![T::ZERO; 2 * width];
            let (dweight, dbias) = sums.split_at_mut(width);
            backward_rows(x, weight, &statistics[index * shard..], dy, piece, dweight, dbias);
            sums
        });
        let mut sums = sum_in_order(partial);
        sums.resize(2 * width, T::ZERO);
        let dbias = Tensor::new(sums.split_off(width), &[width])?;
        let dweight = Tensor::new(sums, &[width])?;
        let dx = Tensor::new(dx, x.shape())?;
        Ok(vec![needs[0].then_some(dx), needs[1].then_some(dweight), needs[2].then_some(dbias)])
    }))
}
