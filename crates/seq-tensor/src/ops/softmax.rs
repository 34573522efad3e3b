//! `softmax` and `log_softmax` over the last axis.
//!
//! `softmax: y = exp(x - max) / sum exp(x - max)`, `dx = y (dy - sum(y dy))`.
//! `log_softmax: y = x - max - ln sum exp(x - max)`, `dx = dy - exp(y) sum(dy)`.
//! Shapes: any with at least one axis, kept. DTypes: floats; the sums of a row in f64. Gradients overwrite.
//! A row of minus infinities gives NaN. Errors: `TENSOR_SHAPE`, `TENSOR_DTYPE`.

use crate::dispatch_float;
use crate::element::Element;
use crate::error::{Result, TensorError};
use crate::pieces::{PIECE, filled, rows_per_piece};
use crate::tape::record_one;
use crate::tensor::Tensor;

/// Which of the two functions a row gets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Probability,
    Logarithm,
}

impl Form {
    fn op(self) -> &'static str {
        match self {
            Self::Probability => "softmax",
            Self::Logarithm => "log_softmax",
        }
    }
}

/// Probabilities in proportion to `exp(x)` along the last axis.
///
/// # Errors
/// `TENSOR_SHAPE` without an axis; `TENSOR_DTYPE`.
pub fn softmax(x: &Tensor) -> Result<Tensor> {
    apply(x, Form::Probability)
}

/// The logarithms of [`softmax`], without underflow.
///
/// # Errors
/// `TENSOR_SHAPE` without an axis; `TENSOR_DTYPE`.
pub fn log_softmax(x: &Tensor) -> Result<Tensor> {
    apply(x, Form::Logarithm)
}

fn apply(x: &Tensor, form: Form) -> Result<Tensor> {
    let op = form.op();
    let Some(&width) = x.shape().last() else {
        return Err(TensorError::shape(op, "at least one axis is needed", &[x.shape()]));
    };
    dispatch_float!(op, x.dtype(), T => {
        let y = {
            let x = x.elements::<T>(op)?;
            by_rows(x.len(), width, |start, y| forward_row::<T>(form, &x[start..][..width], y))
        };
        let y = Tensor::new(y, x.shape())?;
        let saved = y.clone();
        Ok(record_one(op, &[x], y, move |gradient| {
            let (y, dy) = (saved.elements::<T>(op)?, gradient.elements::<T>(op)?);
            let dx = by_rows(y.len(), width, |start, dx| {
                backward_row::<T>(form, &y[start..][..width], &dy[start..][..width], dx);
            });
            Ok(vec![Some(Tensor::new(dx, gradient.shape())?)])
        }))
    })
}

fn by_rows<T: Element>(len: usize, width: usize, row: impl Fn(usize, &mut [T]) + Sync) -> Vec<T> {
    filled(len, rows_per_piece(width, PIECE / 4) * width, |start, piece: &mut [T]| {
        piece.chunks_exact_mut(width).enumerate().for_each(|(i, out)| row(start + i * width, out));
    })
}

/// The logarithm of the sum of exponentials of a row.
pub(crate) fn log_sum_exp<T: Element>(x: &[T]) -> T {
    let largest = x.iter().fold(T::NEG_INFINITY, |largest, x| largest.max(*x));
    let sum: f64 = x.iter().map(|x| (*x - largest).exp().to_f64()).sum();
    largest + T::from_f64(sum.ln())
}

fn forward_row<T: Element>(form: Form, x: &[T], y: &mut [T]) {
    let largest = x.iter().fold(T::NEG_INFINITY, |largest, x| largest.max(*x));
    y.iter_mut().zip(x).for_each(|(y, x)| *y = *x - largest);
    match form {
        Form::Probability => {
            y.iter_mut().for_each(|y| *y = y.exp());
            let scale = T::from_f64(1.0 / y.iter().map(|y| y.to_f64()).sum::<f64>());
            y.iter_mut().for_each(|y| *y *= scale);
        }
        Form::Logarithm => {
            let sum = T::from_f64(y.iter().map(|y| y.exp().to_f64()).sum::<f64>().ln());
            y.iter_mut().for_each(|y| *y -= sum);
        }
    }
}

fn backward_row<T: Element>(form: Form, y: &[T], dy: &[T], dx: &mut [T]) {
    let rows = dx.iter_mut().zip(y).zip(dy);
    match form {
        Form::Probability => {
            let dot = T::from_f64(y.iter().zip(dy).map(|(y, dy)| (*y * *dy).to_f64()).sum());
            rows.for_each(|((dx, y), dy)| *dx = *y * (*dy - dot));
        }
        Form::Logarithm => {
            let sum = T::from_f64(dy.iter().map(|dy| dy.to_f64()).sum());
            rows.for_each(|((dx, y), dy)| *dx = *dy - y.exp() * sum);
        }
    }
}
