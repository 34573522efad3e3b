//! `expand`: repeats elements along axes of size 1, as broadcasting would.
//!
//! Shapes: `[..]` to any shape it broadcasts to. DTypes: floats. `dx` = sum of `dy` over what was
//! stretched; gradients overwrite. Errors: `TENSOR_SHAPE`, `TENSOR_DTYPE`.

use crate::broadcast::{Rows, broadcast_shape};
use crate::dispatch_float;
use crate::element::Element;
use crate::error::{Result, TensorError};
use crate::ops::reduce::sum_to_shape;
use crate::pieces::{PIECE, filled};
use crate::tape::record_one;
use crate::tensor::Tensor;

const OP: &str = "expand";

/// The tensor repeated so that it has `shape`.
///
/// # Errors
/// `TENSOR_SHAPE` if an axis is neither equal nor of size 1; `TENSOR_DTYPE`.
pub fn expand(x: &Tensor, shape: &[usize]) -> Result<Tensor> {
    if broadcast_shape(OP, &[x.shape(), shape])? != shape {
        return Err(TensorError::shape(OP, "the second shape must be reachable by repeating", &[x.shape(), shape]));
    }
    dispatch_float!(OP, x.dtype(), T => {
        let y = expanded(&x.elements::<T>(OP)?, x.shape(), shape);
        let from = x.shape().to_vec();
        Ok(record_one(OP, &[x], Tensor::new(y, shape)?, move |gradient| {
            Ok(vec![Some(sum_to_shape::<T>(gradient, &from)?)])
        }))
    })
}

/// Elements of `from` repeated to fill `to`.
pub(crate) fn expanded<T: Element>(data: &[T], from: &[usize], to: &[usize]) -> Vec<T> {
    let rows = Rows::new(to, [from]);
    filled(to.iter().product(), PIECE, |start, piece: &mut [T]| {
        rows.visit(start..start + piece.len(), |elements, [first]| {
            let out = &mut piece[elements];
            if rows.steps() == [0] {
                out.fill(data[first]);
            } else {
                out.copy_from_slice(&data[first..first + out.len()]);
            }
        });
    })
}

#[cfg(test)]
mod tests;
