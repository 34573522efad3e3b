//! A linear map of rows, `y = x Wᵀ + b` with `W` of shape [outputs, inputs]: values and gradients.

use seq_tensor::matmul::{MatrixRef, gemm};

use crate::arithmetic::vectorised;
use crate::real::Real;

/// Weight and bias of one map.
#[derive(Clone, Copy)]
pub(crate) struct Linear<'a, T> {
    pub weight: &'a [T],
    pub bias: &'a [T],
}

/// Where the gradients of one map are added; none where they are not wanted.
pub(crate) struct LinearGradient<'a, T> {
    pub weight: Option<&'a mut [T]>,
    pub bias: Option<&'a mut [T]>,
}

vectorised! {
    /// Adds every row of `rows` to `sums`.
    pub(crate) fn add_rows<T, A>(rows: &[T], sums: &mut [T]) {
        for row in rows.chunks_exact(sums.len()) {
            for (sum, x) in sums.iter_mut().zip(row) {
                *sum += *x;
            }
        }
    }
}

impl<'a, T: Real> Linear<'a, T> {
    pub(crate) fn outputs(self) -> usize {
        self.bias.len()
    }

    pub(crate) fn inputs(self) -> usize {
        self.weight.len() / self.bias.len()
    }

    fn matrix(self) -> MatrixRef<'a, T> {
        MatrixRef::new(self.weight, self.outputs(), self.inputs())
    }

    /// `y = x Wᵀ + b`.
    pub(crate) fn forward(self, x: &[T], y: &mut [T]) {
        for row in y.chunks_exact_mut(self.outputs()) {
            row.copy_from_slice(self.bias);
        }
        let rows = y.len() / self.outputs();
        gemm(T::ONE, MatrixRef::new(x, rows, self.inputs()), self.matrix().t(), T::ONE, y, self.outputs());
    }

    /// `dx = dy W`.
    pub(crate) fn backward(self, dy: &[T], dx: &mut [T]) {
        let rows = dy.len() / self.outputs();
        gemm(T::ONE, MatrixRef::new(dy, rows, self.outputs()), self.matrix(), T::ZERO, dx, self.inputs());
    }

    /// Adds `dyᵀ x` and the column sums of `dy` to the gradients.
    pub(crate) fn backward_parameters(self, x: &[T], dy: &[T], gradient: LinearGradient<'_, T>) {
        let rows = dy.len() / self.outputs();
        if let Some(weight) = gradient.weight {
            let (dy, x) = (MatrixRef::new(dy, rows, self.outputs()), MatrixRef::new(x, rows, self.inputs()));
            gemm(T::ONE, dy.t(), x, T::ONE, weight, self.inputs());
        }
        if let Some(bias) = gradient.bias {
            add_rows(dy, bias);
        }
    }
}
