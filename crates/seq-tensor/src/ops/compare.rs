//! `greater` and `equal`: element-wise comparisons with broadcasting; they have no gradient.
//!
//! Shapes: broadcast. DTypes: both the same, any; the result is u8, 1 where the claim holds. A NaN is
//! neither greater nor equal. Errors: `TENSOR_SHAPE`, `TENSOR_DTYPE`.

use crate::broadcast::{Rows, broadcast_shape};
use crate::dispatch_stored;
use crate::error::Result;
use crate::ops::binary::pair_row;
use crate::pieces::PIECE;
use crate::tape::{Gradient, record};
use crate::tensor::{Stored, Tensor};
use crate::threads;

/// 1 where `a > b`, else 0.
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`.
pub fn greater(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    dispatch_stored!(a.dtype(), T => compare::<T>("greater", a, b, |a, b| a > b))
}

/// 1 where `a == b`, else 0.
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`.
pub fn equal(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    dispatch_stored!(a.dtype(), T => compare::<T>("equal", a, b, |a, b| a == b))
}

fn compare<T: Stored>(op: &'static str, a: &Tensor, b: &Tensor, holds: fn(T, T) -> bool) -> Result<Tensor> {
    let shape = broadcast_shape(op, &[a.shape(), b.shape()])?;
    let mut out = vec![0u8; shape.iter().product()];
    {
        let (a_elements, b_elements) = (a.elements::<T>(op)?, b.elements::<T>(op)?);
        let (a_data, b_data): (&[T], &[T]) = (&a_elements, &b_elements);
        let rows = Rows::new(&shape, [a.shape(), b.shape()]);
        threads::for_each_piece(&mut out, PIECE, |index, piece| {
            rows.visit(index * PIECE..index * PIECE + piece.len(), |elements, [a, b]| {
                let claim = |x: T, y: T| u8::from(holds(x, y));
                pair_row(&mut piece[elements], &a_data[a..], &b_data[b..], rows.steps(), claim);
            });
        });
    }
    let gradient = || Gradient::NotDifferentiable("a comparison does not change smoothly");
    Ok(record(op, &[a, b], vec![Tensor::new(out, &shape)?], gradient).swap_remove(0))
}
