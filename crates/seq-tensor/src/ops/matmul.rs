//! `matmul`: matrix products of the last two axes.
//!
//! Shapes: a [.., M, K] with b [.., K, N] of equal leading axes, or b [K, N] shared by all; y [.., M, N].
//! DTypes: floats; 16-bit ones are widened to f32 while they are read, y is then f32. Gradients: `da = dy bᵀ`, `db = aᵀ dy`, the latter over all leading axes where b
//! is shared, in ordered shards of rows. Gradients overwrite. Errors: `TENSOR_SHAPE`, `TENSOR_DTYPE`.

use crate::dispatch_float;
use crate::element::Element;
use crate::error::{Result, TensorError};
use crate::matmul::{MatrixRef, gemm};
use crate::ops::cast::widened;
use crate::ops::linear::{product_over_rows, times_rows};
use crate::pieces::filled;
use crate::tape::record_one;
use crate::tensor::Tensor;

const OP: &str = "matmul";
/// Rows per piece of a product.
const ROWS: usize = 128;

/// The matrix product over the last two axes.
///
/// # Errors
/// `TENSOR_SHAPE` if the inner sizes or the leading axes differ; `TENSOR_DTYPE`.
pub fn matmul(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let sizes = Sizes::of(a.shape(), b.shape())?;
    dispatch_float!(OP, a.dtype().wide(), T => {
        let y = sizes.product::<T>(&widened(a)?.elements::<T>(OP)?, &widened(b)?.elements::<T>(OP)?);
        let mut shape = a.shape().to_vec();
        shape[a.shape().len() - 1] = sizes.n;
        let needs = [a.needs_gradient(), b.needs_gradient()];
        let inputs = [a, b];
        let (a, b) = (a.detach(), b.detach());
        Ok(record_one(OP, &inputs, Tensor::new(y, &shape)?, move |gradient| {
            let dy = gradient.elements::<T>(OP)?;
            let da = if needs[0] { Some(sizes.gradient_a::<T>(&dy, &widened(&b)?.elements::<T>(OP)?)) } else { None };
            let db = if needs[1] { Some(sizes.gradient_b::<T>(&dy, &widened(&a)?.elements::<T>(OP)?)) } else { None };
            Ok(vec![
                da.map(|da| Tensor::new(da, a.shape())).transpose()?,
                db.map(|db| Tensor::new(db, b.shape())).transpose()?,
            ])
        }))
    })
}

#[derive(Clone, Copy)]
struct Sizes {
    batch: usize,
    m: usize,
    k: usize,
    n: usize,
    /// All matrices of `a` meet the same `b`.
    is_shared: bool,
}

impl Sizes {
    fn of(a: &[usize], b: &[usize]) -> Result<Self> {
        let fail = |problem| Err(TensorError::shape(OP, problem, &[a, b]));
        let ([lead_a @ .., m, k], [lead_b @ .., inner, n]) = (a, b) else {
            return fail("both inputs need at least two axes");
        };
        if k != inner {
            return fail("the last axis of the first input must be the last but one of the second");
        }
        if !lead_b.is_empty() && lead_a != lead_b {
            return fail("leading axes must be equal, or the second input must have two axes");
        }
        Ok(Self { batch: lead_a.iter().product(), m: *m, k: *k, n: *n, is_shared: lead_b.is_empty() })
    }

    fn product<T: Element>(self, a: &[T], b: &[T]) -> Vec<T> {
        let Self { batch, m, k, n, is_shared } = self;
        if is_shared { times_rows(a, b, [batch * m, k, n]) } else { batched(a, b, [batch, m, k, n], false, false) }
    }

    fn gradient_a<T: Element>(self, dy: &[T], b: &[T]) -> Vec<T> {
        let Self { batch, m, k, n, is_shared } = self;
        let [batch, m] = if is_shared { [1, batch * m] } else { [batch, m] };
        batched(dy, b, [batch, m, n, k], false, true)
    }

    fn gradient_b<T: Element>(self, dy: &[T], a: &[T]) -> Vec<T> {
        let Self { batch, m, k, n, is_shared } = self;
        if is_shared {
            product_over_rows(a, dy, [batch * m, k, n])
        } else {
            batched(a, dy, [batch, k, m, n], true, false)
        }
    }
}

/// `y[i] = a[i] b[i]` with `y[i]` of `[m, n]` and inner size `k`; a transposed operand is stored the other way.
fn batched<T: Element>(
    a: &[T],
    b: &[T],
    [batch, m, k, n]: [usize; 4],
    a_is_transposed: bool,
    b_is_transposed: bool,
) -> Vec<T> {
    let right = |i: usize| {
        let block = &b[i * k * n..][..k * n];
        if b_is_transposed { MatrixRef::new(block, n, k).t() } else { MatrixRef::new(block, k, n) }
    };
    let left = |i: usize, row: usize, rows: usize| {
        let block = &a[i * m * k..][..m * k];
        if a_is_transposed {
            MatrixRef::strided(&block[row..], k, rows, m).t()
        } else {
            MatrixRef::new(&block[row * k..][..rows * k], rows, k)
        }
    };
    if batch * m * n == 0 {
        return Vec::new();
    }
    // One matrix is cut by rows, several are cut between matrices.
    let rows_per_piece = if batch == 1 { ROWS } else { m * (ROWS / m).max(1) };
    filled(batch * m * n, rows_per_piece * n, |start, piece| {
        let mut done = 0;
        let total = piece.len() / n;
        while done < total {
            let row = start / n + done;
            let (i, first) = (row / m, row % m);
            let rows = (m - first).min(total - done);
            gemm(T::ONE, left(i, first, rows), right(i), T::ZERO, &mut piece[done * n..][..rows * n], n);
            done += rows;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Input, check_against, code, random, wanted};

    fn reference(inputs: &[Input]) -> Input {
        let (a, b) = (&inputs[0], &inputs[1]);
        let rank = a.shape.len();
        let (m, k, n) = (a.shape[rank - 2], a.shape[rank - 1], b.shape[b.shape.len() - 1]);
        let batch: usize = a.shape[..rank - 2].iter().product();
        let mut out = Vec::new();
        for i in 0..batch {
            let b_start = if b.shape.len() == 2 { 0 } else { i * k * n };
            for row in 0..m {
                for column in 0..n {
                    let products = (0..k).map(|j| a.data[(i * m + row) * k + j] * b.data[b_start + j * n + column]);
                    out.push(products.sum());
                }
            }
        }
        wanted(&[&a.shape[..rank - 1], &[n]].concat(), out)
    }

    #[test]
    fn products_and_gradients_follow_their_definition() {
        let cases: [(&[usize], &[usize]); 11] = [
            (&[3, 5], &[5, 2]),
            (&[1, 1], &[1, 1]),
            (&[2, 3, 5], &[5, 2]),
            (&[2, 3, 5], &[2, 5, 4]),
            (&[2, 2, 3, 1], &[2, 2, 1, 4]),
            (&[3, 0], &[0, 2]),
            (&[0, 3], &[3, 2]),
            (&[2, 3, 4], &[2, 4, 0]),
            (&[0, 3, 4], &[0, 4, 2]),
            (&[50, 7, 9], &[50, 9, 11]),
            (&[300, 65], &[65, 33]),
        ];
        for (a, b) in cases {
            check_against("matmul", &[random(121, a), random(122, b)], |t| matmul(&t[0], &t[1]), reference);
        }
    }

    #[test]
    fn shapes_that_do_not_fit_are_refused() {
        let f = |shape: &[usize]| Tensor::new(vec![0f32; shape.iter().product()], shape).unwrap();
        for (a, b) in [(&[2, 3][..], &[2, 3][..]), (&[3], &[3, 2]), (&[2, 2, 3], &[3, 3, 2]), (&[2, 3], &[1, 3, 2])] {
            assert_eq!(code(matmul(&f(a), &f(b))), "TENSOR_SHAPE");
        }
        assert_eq!(code(matmul(&f(&[1, 1]), &Tensor::new(vec![0f64], &[1, 1]).unwrap())), "TENSOR_DTYPE");
    }
}
