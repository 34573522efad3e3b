//! `permute`: the axes in another order, copied.
//!
//! Shapes: `y.shape[i] = x.shape[axes[i]]`. DTypes: any. `dx` is `dy` under the inverse order; gradients
//! overwrite. Errors: `TENSOR_SHAPE` unless `axes` names every axis once.

use crate::dispatch_stored;
use crate::error::{Result, TensorError};
use crate::recycle;
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
    let mut out = recycle::vector_of(shape.iter().product());
    let (Some((&width, lead)), Some((&step, lead_strides))) = (shape.split_last(), strides.split_last()) else {
        out.copy_from_slice(x);
        return out;
    };
    // At least a tile of rows where their reads share cache lines.
    let rows = (PIECE / width.max(1)).max(if step == 1 { 1 } else { TILE });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Input, check_against, code, random, wanted};

    fn reference(x: &Input, axes: &[usize]) -> Input {
        let shape: Vec<usize> = axes.iter().map(|&axis| x.shape[axis]).collect();
        let stride = |axis: usize| x.shape[axis + 1..].iter().product::<usize>();
        let element = |flat: usize| {
            let mut rest = flat;
            let offsets = axes.iter().rev().map(|&axis| {
                let position = rest % x.shape[axis];
                rest /= x.shape[axis];
                position * stride(axis)
            });
            x.data[offsets.sum::<usize>()]
        };
        wanted(&shape, (0..x.data.len()).map(element).collect())
    }

    #[test]
    fn axes_move_to_their_new_places() {
        let cases: [(&[usize], &[usize]); 9] = [
            (&[], &[]),
            (&[3], &[0]),
            (&[3, 5], &[1, 0]),
            (&[2, 3, 4], &[2, 0, 1]),
            (&[2, 3, 4], &[1, 0, 2]),
            (&[2, 3, 4], &[0, 1, 2]),
            (&[2, 0, 4], &[2, 1, 0]),
            (&[2, 1, 3, 2], &[3, 1, 0, 2]),
            (&[301, 130], &[1, 0]),
        ];
        for (shape, axes) in cases {
            let want = |t: &[Input]| reference(&t[0], axes);
            check_against("permute", &[random(92, shape)], |t| permute(&t[0], axes), want);
        }
    }

    #[test]
    fn every_axis_must_be_named_once() {
        let x = random(93, &[2, 3]).tensor();
        for axes in [&[0][..], &[0, 0], &[0, 2], &[0, 1, 2]] {
            assert_eq!(code(permute(&x, axes)), "TENSOR_SHAPE");
        }
    }
}
