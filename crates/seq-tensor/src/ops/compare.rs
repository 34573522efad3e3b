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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::cast;
    use crate::tape::backward;
    use crate::tensor::DType;
    use crate::testing::code;

    #[test]
    fn claims_are_tested_with_broadcasting_for_any_dtype() {
        let a = Tensor::new(vec![1.0f64, 2.0, f64::NAN], &[3]).unwrap();
        let b = Tensor::new(vec![1.0f64, 0.0], &[2, 1]).unwrap();
        let y = greater(&a, &b).unwrap();
        assert_eq!(y.shape(), [2, 3]);
        assert_eq!(y.to_vec::<u8>().unwrap(), [0, 1, 0, 1, 1, 0]);
        assert_eq!(equal(&a, &b).unwrap().to_vec::<u8>().unwrap(), [1, 0, 0, 0, 0, 0]);
        let tokens = Tensor::new(vec![5i32, 1, 0], &[3]).unwrap();
        assert_eq!(greater(&tokens, &Tensor::scalar(0i32)).unwrap().to_vec::<u8>().unwrap(), [1, 1, 0]);
        let keys = Tensor::new(vec![i64::MAX, i64::MAX - 1], &[2]).unwrap();
        let most = Tensor::scalar(i64::MAX);
        assert_eq!(equal(&keys, &most).unwrap().to_vec::<u8>().unwrap(), [1, 0]);
        assert_eq!(greater(&most, &keys).unwrap().to_vec::<u8>().unwrap(), [0, 1]);
        let large = Tensor::new(vec![7u8; 100_000], &[100_000]).unwrap();
        assert!(equal(&large, &Tensor::scalar(7u8)).unwrap().to_vec::<u8>().unwrap().iter().all(|y| *y == 1));
    }

    #[test]
    fn comparisons_have_no_gradient() {
        let x = Tensor::new(vec![1.0f32], &[1]).unwrap().variable();
        let y = cast(&greater(&x, &Tensor::scalar(0f32)).unwrap(), DType::F32).unwrap();
        assert_eq!(code(backward(&y).map(|_| ())), "NOT_DIFFERENTIABLE");
        assert_eq!(code(equal(&x, &Tensor::scalar(0f64))), "TENSOR_DTYPE");
        let (a, b) = (Tensor::new(vec![0u8; 2], &[2]).unwrap(), Tensor::new(vec![0u8; 3], &[3]).unwrap());
        assert_eq!(code(equal(&a, &b)), "TENSOR_SHAPE");
    }
}
