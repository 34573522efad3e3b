//! Element-wise functions of one tensor: `y[i] = f(x[i])`, `dx[i] = f'(x[i]) * dy[i]`.
//!
//! Shapes: any, kept. DTypes: floats. Gradients overwrite. Errors: `TENSOR_DTYPE`.
//! At a kink the slope is the one of the flatter side (0 for `abs` and `relu` at 0).

mod activation;
mod arithmetic;
mod exponential;

#[cfg(test)]
mod tests;

pub use activation::{gelu, relu, sigmoid, softplus, tanh};
pub use arithmetic::{abs, huber, neg, scale_shift, sqrt, square};
pub use exponential::{exp, ln, ln_1p};

use crate::dispatch_float;
use crate::element::Element;
use crate::error::Result;
use crate::pieces::{PIECE, filled};
use crate::tape::record_one;
use crate::tensor::Tensor;

/// Which value the slope of a [`Curve`] is computed from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Saved {
    /// `x`.
    Input,
    /// `y`, which spares a second evaluation.
    Output,
    /// Nothing: the slope is constant.
    Nothing,
}

/// A differentiable function of one number.
trait Curve: Copy + Send + Sync + 'static {
    /// Name in errors.
    const OP: &'static str;
    /// What [`Curve::slope`] wants to see.
    const SAVED: Saved;
    /// `f(x)`.
    fn value<T: Element>(self, x: T) -> T;
    /// `f'`, from the value that [`Curve::SAVED`] names.
    fn slope<T: Element>(self, saved: T) -> T;
}

/// Applies a curve to every element and records it.
fn apply<C: Curve>(curve: C, x: &Tensor) -> Result<Tensor> {
    dispatch_float!(C::OP, x.dtype(), T => apply_typed::<T, C>(curve, x))
}

fn apply_typed<T: Element, C: Curve>(curve: C, x: &Tensor) -> Result<Tensor> {
    let y = {
        let elements = x.elements::<T>(C::OP)?;
        let input: &[T] = &elements;
        filled(input.len(), PIECE, |start, piece: &mut [T]| {
            for (y, x) in piece.iter_mut().zip(&input[start..]) {
                *y = curve.value(*x);
            }
        })
    };
    let y = Tensor::new(y, x.shape())?;
    let saved = match C::SAVED {
        Saved::Input => Some(x.detach()),
        Saved::Output => Some(y.clone()),
        Saved::Nothing => None,
    };
    Ok(record_one(C::OP, &[x], y, move |gradient| {
        let dy = gradient.elements::<T>(C::OP)?;
        let dy: &[T] = &dy;
        let dx = match saved {
            Some(saved) => {
                let saved = saved.elements::<T>(C::OP)?;
                let saved: &[T] = &saved;
                filled(dy.len(), PIECE, |start, piece: &mut [T]| {
                    for ((dx, s), dy) in piece.iter_mut().zip(&saved[start..]).zip(&dy[start..]) {
                        *dx = curve.slope(*s) * *dy;
                    }
                })
            }
            None => {
                let slope = curve.slope(T::ZERO);
                filled(dy.len(), PIECE, |start, piece: &mut [T]| {
                    for (dx, dy) in piece.iter_mut().zip(&dy[start..]) {
                        *dx = slope * *dy;
                    }
                })
            }
        };
        Ok(vec![Some(Tensor::new(dx, gradient.shape())?)])
    }))
}
