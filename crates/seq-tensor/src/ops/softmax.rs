//! `softmax` and `log_softmax` over the last axis.
//!
//! `softmax: y = exp(x - max) / sum exp(x - max)`, `dx = y (dy - sum(y dy))`.
//! `log_softmax: y = x - max - ln sum exp(x - max)`, `dx = dy - exp(y) sum(dy)`.
//! Shapes: any with at least one axis, kept. DTypes: floats; the sums of a row in f64. Gradients overwrite.
//! A row of minus infinities gives NaN. Errors: `TENSOR_SHAPE`, `TENSOR_DTYPE`.

use crate::dispatch_float;
use crate::element::Element;
use crate::error::{Result, TensorError};
use crate::lanes;
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
    let largest = lanes::largest(x);
    let sum = lanes::sum_of(x, |x| (x - largest).exp().to_f64());
    largest + T::from_f64(sum.ln())
}

fn forward_row<T: Element>(form: Form, x: &[T], y: &mut [T]) {
    let largest = lanes::largest(x);
    y.iter_mut().zip(x).for_each(|(y, x)| *y = *x - largest);
    match form {
        Form::Probability => {
            y.iter_mut().for_each(|y| *y = y.exp());
            let scale = T::from_f64(1.0 / lanes::sum(y));
            y.iter_mut().for_each(|y| *y *= scale);
        }
        Form::Logarithm => {
            let sum = T::from_f64(lanes::sum_of(y, |y| y.exp().to_f64()).ln());
            y.iter_mut().for_each(|y| *y -= sum);
        }
    }
}

fn backward_row<T: Element>(form: Form, y: &[T], dy: &[T], dx: &mut [T]) {
    let rows = dx.iter_mut().zip(y).zip(dy);
    match form {
        Form::Probability => {
            let dot = T::from_f64(lanes::sum_of_pairs(y, dy, |y, dy| (y * dy).to_f64()));
            rows.for_each(|((dx, y), dy)| *dx = *y * (*dy - dot));
        }
        Form::Logarithm => {
            let sum = T::from_f64(lanes::sum(dy));
            rows.for_each(|((dx, y), dy)| *dx = *dy - y.exp() * sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use seq_testing::{VectorCase, assert_close, numbers, tolerance};

    use super::*;
    use crate::testing::{Input, check_against, code, doubles, random, wanted};

    #[test]
    fn rows_and_gradients_follow_their_definition() {
        let cases: [&[usize]; 7] = [&[1], &[5], &[3, 4], &[2, 1, 3], &[0, 3], &[3, 0], &[500, 77]];
        for shape in cases {
            let width = *shape.last().unwrap();
            let rows = |t: &[Input], f: fn(f64, f64) -> f64| {
                let of_row = |row: &[f64]| {
                    let sum: f64 = row.iter().map(|x| x.exp()).sum();
                    row.iter().map(|x| f(*x, sum)).collect::<Vec<_>>()
                };
                wanted(shape, t[0].data.chunks_exact(width.max(1)).flat_map(of_row).collect())
            };
            let x = [random(111, shape)];
            check_against("softmax", &x, |t| softmax(&t[0]), |t| rows(t, |x, sum| x.exp() / sum));
            check_against("log_softmax", &x, |t| log_softmax(&t[0]), |t| rows(t, |x, sum| x - sum.ln()));
        }
    }

    #[test]
    fn rows_equal_the_conformance_vectors() {
        let file = VectorCase::load("01_primitives/elementwise");
        for (name, op) in [
            ("softmax", softmax as fn(&Tensor) -> Result<Tensor>),
            ("log_softmax", log_softmax),
            ("log_softmax_large", log_softmax),
        ] {
            let case = &file.json["rows"][name];
            let (x, want) = (numbers(&case["x"]), numbers(&case["y"]));
            let width = case["x"][0].as_array().unwrap().len();
            let shape = [x.len() / width, width];
            let got = doubles(&op(&Tensor::new(x.clone(), &shape).unwrap()).unwrap());
            assert_close(name, &got, &want, &tolerance("float64/elementwise"));
            let single: Vec<f32> = x.iter().map(|x| *x as f32).collect();
            let got = doubles(&op(&Tensor::new(single, &shape).unwrap()).unwrap());
            assert_close(name, &got, &want, &tolerance("float32/elementwise"));
        }
    }

    #[test]
    fn hidden_elements_get_probability_0_and_nan_spoils_its_row_only() {
        let x = vec![1.0f32, f32::NEG_INFINITY, 1.0, f32::NAN, 0.0, 0.0];
        let y = doubles(&softmax(&Tensor::new(x, &[2, 3]).unwrap()).unwrap());
        assert_eq!(y[..3], [0.5, 0.0, 0.5]);
        assert!(y[3..].iter().all(|y| y.is_nan()));
        assert_eq!(code(softmax(&Tensor::scalar(1f32))), "TENSOR_SHAPE");
        assert_eq!(code(log_softmax(&Tensor::new(vec![1i32], &[1]).unwrap())), "TENSOR_DTYPE");
    }
}
