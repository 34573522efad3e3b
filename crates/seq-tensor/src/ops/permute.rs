//! `permute`: the axes in another order, copied.
//!
//! Shapes: `y.shape[i] = x.shape[axes[i]]`. DTypes: any. `dx` is `dy` under the inverse order; gradients
//! overwrite. Errors: `TENSOR_SHAPE` unless `axes` names every axis once.

use crate::dispatch_stored;
use crate::error::{Result, TensorError};
use crate::tape::record_one;
use crate::tensor::{Stored, Tensor};
use crate::threads;

const OP: &str = "permute";
/// Columns of the output that are written together, so that the input lines they read stay cached.
const TILE: usize = 32;
/// Elements per piece.
const PIECE: usize = 1 << 14;

/// The axes in the order given: axis `i` of the result is axis `axes[i]` of `x`.
///
/// # Errors
/// `TENSOR_SHAPE`.
pub fn permute(x: &Tensor, axes: &[usize]) -> Result<Tensor> {
    let rank = x.shape().len();
    let mut inverse = vec![usize::MAX; rank];
    for (to, &from) in axes.iter().enumerate() {
        if from < rank {
            inverse[from] = to;
        }
    }
    if axes.len() != rank || inverse.contains(&usize::MAX) {
        let problem = format!("every axis must be named once, got axes {axes:?}");
        return Err(TensorError::shape(OP, problem, &[x.shape()]));
    }
    let y = permuted(x, axes)?;
    Ok(record_one(OP, &[x], y, move |gradient| Ok(vec![Some(permuted(&gradient, &inverse)?)])))
}

fn permuted(x: &Tensor, axes: &[usize]) -> Result<Tensor> {
    let shape: Vec<usize> = axes.iter().map(|&axis| x.shape()[axis]).collect();
    let mut dense = vec![1; shape.len()];
    for axis in (1..shape.len()).rev() {
        dense[axis - 1] = dense[axis] * x.shape()[axis];
    }
    let strides: Vec<usize> = axes.iter().map(|&axis| dense[axis]).collect();
    dispatch_stored!(x.dtype(), T => Tensor::new(strided_copy(&x.elements::<T>(OP)?, &shape, &strides), &shape))
}

/// Reads the element at `sum(index * strides)` for every index of `shape` in order.
fn strided_copy<T: Stored>(x: &[T], shape: &[usize], strides: &[usize]) -> Vec<T> {
    let mut out = vec![T::default(); shape.iter().product()];
    let (Some((&width, lead)), Some((&step, lead_strides))) = (shape.split_last(), strides.split_last()) else {
        out.copy_from_slice(x);
        return out;
    };
    let rows = (PIECE / width.max(1)).max(1);
    threads::for_each_piece(&mut out, (rows * width).max(1), |index, piece| {
        let count = piece.len() / width;
        let starts: Vec<usize> = (index * rows..index * rows + count)
            .map(|row| {
                let mut rest = row;
                lead.iter().zip(lead_strides).rev().fold(0, |start, (size, stride)| {
                    let position = rest % size;
                    rest /= size;
                    start + position * stride
                })
            })
            .collect();
        if step == 1 {
            for (out, start) in piece.chunks_exact_mut(width).zip(&starts) {
                out.copy_from_slice(&x[*start..*start + width]);
            }
            return;
        }
        for first in (0..width).step_by(TILE) {
            let last = (first + TILE).min(width);
            for (out, start) in piece.chunks_exact_mut(width).zip(&starts) {
                let source = x[start + first * step..].iter().step_by(step);
                out[first..last].iter_mut().zip(source).for_each(|(y, x)| *y = *x);
            }
        }
    });
    out
}
