//! Element-wise functions of two tensors with NumPy broadcasting: `y = f(a, b)`,
//! `da = df/da * dy` and `db = df/db * dy`, each summed over the axes along which it was stretched.
//!
//! Shapes: broadcast. DTypes: both the same float. Gradients overwrite. Errors: `TENSOR_SHAPE`, `TENSOR_DTYPE`.

mod arithmetic;
mod extremes;

#[cfg(test)]
pub(crate) mod tests;

pub use arithmetic::{add, div, mul, sub};
pub use extremes::{maximum, minimum};

use crate::broadcast::{Rows, broadcast_shape};
use crate::dispatch_float;
use crate::element::Element;
use crate::error::Result;
use crate::ops::reduce::sum_to_shape;
use crate::pieces::{PIECE, filled};
use crate::tape::record_one;
use crate::tensor::Tensor;

/// A differentiable function of two numbers.
trait Pairing: Copy + Send + Sync + 'static {
    /// Name in errors.
    const OP: &'static str;
    /// Both slopes where they are constant, so that nothing need be saved.
    const CONSTANT_SLOPES: Option<[f64; 2]>;
    /// `f(a, b)`.
    fn value<T: Element>(a: T, b: T) -> T;
    /// `df/da`.
    fn slope_a<T: Element>(a: T, b: T) -> T;
    /// `df/db`.
    fn slope_b<T: Element>(a: T, b: T) -> T;
}

/// `out[i] = f(a[i], b[i])` for one row whose operands step by 0 or 1.
#[inline(always)]
pub(crate) fn pair_row<A: Copy, B: Copy, R>(out: &mut [R], a: &[A], b: &[B], steps: [usize; 2], f: impl Fn(A, B) -> R) {
    match steps {
        [0, 0] => out.iter_mut().for_each(|y| *y = f(a[0], b[0])),
        [0, _] => {
            let a = a[0];
            out.iter_mut().zip(b).for_each(|(y, b)| *y = f(a, *b));
        }
        [_, 0] => {
            let b = b[0];
            out.iter_mut().zip(a).for_each(|(y, a)| *y = f(*a, b));
        }
        _ => out.iter_mut().zip(a).zip(b).for_each(|((y, a), b)| *y = f(*a, *b)),
    }
}

/// Applies a pairing to the common shape and records it.
fn apply<P: Pairing>(_: P, a: &Tensor, b: &Tensor) -> Result<Tensor> {
    dispatch_float!(P::OP, a.dtype(), T => apply_typed::<T, P>(a, b))
}

fn apply_typed<T: Element, P: Pairing>(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let shape = broadcast_shape(P::OP, &[a.shape(), b.shape()])?;
    let y = {
        let (a_elements, b_elements) = (a.elements::<T>(P::OP)?, b.elements::<T>(P::OP)?);
        pairs(&shape, [a.shape(), b.shape()], &a_elements, &b_elements, P::value)
    };
    let y = Tensor::new(y, &shape)?;
    let needs = [a.needs_gradient(), b.needs_gradient()];
    let shapes = [a.shape().to_vec(), b.shape().to_vec()];
    let saved = if P::CONSTANT_SLOPES.is_some() { None } else { Some([a.detach(), b.detach()]) };
    Ok(record_one(P::OP, &[a, b], y, move |gradient| {
        let one = |operand: usize| -> Result<Option<Tensor>> {
            if !needs[operand] {
                return Ok(None);
            }
            let full = match (&saved, P::CONSTANT_SLOPES) {
                (Some([a, b]), _) => slope_times::<T, P>(operand, a, b, &gradient)?,
                (None, slopes) => scaled::<T>(&gradient, slopes.map_or(1.0, |slopes| slopes[operand]))?,
            };
            Ok(Some(sum_to_shape::<T>(full, &shapes[operand])?))
        };
        Ok(vec![one(0)?, one(1)?])
    }))
}

fn pairs<T: Element>(
    common: &[usize],
    shapes: [&[usize]; 2],
    a: &[T],
    b: &[T],
    f: impl Fn(T, T) -> T + Sync,
) -> Vec<T> {
    let rows = Rows::new(common, shapes);
    filled(common.iter().product(), PIECE, |start, piece: &mut [T]| {
        rows.visit(start..start + piece.len(), |elements, [a_start, b_start]| {
            pair_row(&mut piece[elements], &a[a_start..], &b[b_start..], rows.steps(), &f);
        });
    })
}

/// The slope by one operand times the gradient, over the common shape.
fn slope_times<T: Element, P: Pairing>(operand: usize, a: &Tensor, b: &Tensor, gradient: &Tensor) -> Result<Tensor> {
    let (a_elements, b_elements) = (a.elements::<T>(P::OP)?, b.elements::<T>(P::OP)?);
    let dy = gradient.elements::<T>(P::OP)?;
    let (a_data, b_data, dy): (&[T], &[T], &[T]) = (&a_elements, &b_elements, &dy);
    let rows = Rows::new(gradient.shape(), [a.shape(), b.shape()]);
    let full = filled(dy.len(), PIECE, |start, piece: &mut [T]| {
        rows.visit(start..start + piece.len(), |elements, [a_start, b_start]| {
            let (first, out) = (start + elements.start, &mut piece[elements]);
            let (a_row, b_row) = (&a_data[a_start..], &b_data[b_start..]);
            if operand == 0 {
                pair_row(out, a_row, b_row, rows.steps(), P::slope_a);
            } else {
                pair_row(out, a_row, b_row, rows.steps(), P::slope_b);
            }
            out.iter_mut().zip(&dy[first..]).for_each(|(slope, dy)| *slope *= *dy);
        });
    });
    Tensor::new(full, gradient.shape())
}

fn scaled<T: Element>(gradient: &Tensor, factor: f64) -> Result<Tensor> {
    if factor == 1.0 {
        return Ok(gradient.clone());
    }
    let dy = gradient.elements::<T>("scale")?;
    let (dy, factor): (&[T], T) = (&dy, T::from_f64(factor));
    let out = filled(dy.len(), PIECE, |start, piece: &mut [T]| {
        piece.iter_mut().zip(&dy[start..]).for_each(|(y, x)| *y = factor * *x);
    });
    Tensor::new(out, gradient.shape())
}
