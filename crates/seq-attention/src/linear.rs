//! A linear map of rows, `y = x Wᵀ + b` with `W` of shape [outputs, inputs]: values and gradients.
//! The weights are packed once per call and direction.

use seq_tensor::threads;

use crate::arithmetic::vectorised;
use crate::long_rows::{LONG, for_rows};
use crate::packed::{Matrix, Packed};
use crate::precision::Precision;
use crate::product::{Start, product};
use crate::real::Real;

/// Rows of a weight gradient that a thread sums at once, where sequences are long.
const OUTPUTS_AT_ONCE: usize = 48;

/// Weight and bias of one map as they are stored.
#[derive(Clone, Copy)]
pub(crate) struct Linear<'a, T> {
    pub weight: &'a [T],
    pub bias: &'a [T],
    /// Of the factors of its products.
    pub precision: Precision,
}

/// A map that is ready to be applied.
pub(crate) struct ForwardMap<'a, T: Real> {
    packed: Packed<T>,
    bias: &'a [T],
}

/// A map that is ready to send gradients back.
pub(crate) struct BackwardMap<T: Real> {
    packed: Packed<T>,
}

/// Where the gradients of one map are added; none where they are not wanted.
pub(crate) struct LinearGradient<'a, T> {
    pub weight: Option<&'a mut [T]>,
    pub bias: Option<&'a mut [T]>,
    /// Of the factors of the weight gradient.
    pub precision: Precision,
}

impl<'a, T: Real> Linear<'a, T> {
    fn matrix(self) -> Matrix<'a, T> {
        let (outputs, inputs) = (self.bias.len(), self.weight.len() / self.bias.len());
        Matrix::new(self.weight, outputs, inputs, inputs)
    }

    /// Packs the weights for `y = x Wᵀ + b`.
    pub(crate) fn forward_map(self) -> ForwardMap<'a, T> {
        ForwardMap { packed: Packed::new(self.matrix().t(), T::ONE, self.precision), bias: self.bias }
    }

    /// Packs the weights for `dx = dy W`.
    pub(crate) fn backward_map(self) -> BackwardMap<T> {
        BackwardMap { packed: Packed::new(self.matrix(), T::ONE, self.precision) }
    }
}

/// `rows` of equal width as a matrix.
fn dense<T: Real>(rows: &[T], width: usize) -> Matrix<'_, T> {
    Matrix::new(rows, rows.len() / width, width, width)
}

impl<T: Real> ForwardMap<'_, T> {
    /// `y = x Wᵀ + b`.
    pub(crate) fn apply(&self, x: &[T], y: &mut [T]) {
        let (inputs, outputs) = self.packed.shape();
        for_rows(y, outputs, |rows, y| {
            let x = &x[rows.start * inputs..rows.end * inputs];
            product(dense(x, inputs), &self.packed, Start::Row(self.bias), y, outputs);
        });
    }
}

impl<T: Real> BackwardMap<T> {
    /// `dx = dy W`.
    pub(crate) fn apply(&self, dy: &[T], dx: &mut [T]) {
        let (outputs, inputs) = self.packed.shape();
        for_rows(dx, inputs, |rows, dx| {
            let dy = &dy[rows.start * outputs..rows.end * outputs];
            product(dense(dy, outputs), &self.packed, Start::Zero, dx, inputs);
        });
    }
}

vectorised! {
    /// Adds every row of `rows` to `sums`.
    fn add_rows<T, A>(rows: &[T], sums: &mut [T]) {
        for row in rows.chunks_exact(sums.len()) {
            for (sum, x) in sums.iter_mut().zip(row) {
                *sum += *x;
            }
        }
    }
}

impl<T: Real> LinearGradient<'_, T> {
    /// Adds `dyᵀ x` and the column sums of `dy`, both with `rows` rows.
    pub(crate) fn add(self, rows: usize, x: &[T], dy: &[T]) {
        if rows == 0 {
            return;
        }
        if let Some(weight) = self.weight {
            let (inputs, outputs) = (x.len() / rows, dy.len() / rows);
            let packed = Packed::new(dense(x, inputs), T::ONE, self.precision);
            // Threads share the outputs: each element sums over all rows in one order.
            let at_once = if rows < LONG { outputs } else { OUTPUTS_AT_ONCE };
            threads::for_each_piece(weight, at_once * inputs, |piece, weight| {
                let from = piece * at_once;
                let left = Matrix::new(&dy[from..], rows, weight.len() / inputs, outputs).t();
                product(left, &packed, Start::Present, weight, inputs);
            });
        }
        if let Some(bias) = self.bias {
            add_rows(dy, bias);
        }
    }
}
