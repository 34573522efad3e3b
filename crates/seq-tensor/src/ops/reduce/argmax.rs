//! `argmax`: where the largest element along one axis stands. It has no gradient.

use crate::dispatch_float;
use crate::element::Element;
use crate::error::{Result, TensorError};
use crate::tape::{Gradient, record};
use crate::tensor::Tensor;

const OP: &str = "argmax";

/// Position of the largest element along `axis`, which disappears: i32. The first of equal ones wins, and
/// the first NaN wins over everything.
///
/// Backward through it is an error: the result does not change with small changes of `x`.
///
/// # Errors
/// `TENSOR_SHAPE`, also for an axis of size 0; `TENSOR_DTYPE`.
pub fn argmax(x: &Tensor, axis: usize) -> Result<Tensor> {
    if x.shape().get(axis).is_none_or(|&size| size == 0) {
        let problem = format!("an axis with at least one element is needed, got axis {axis}");
        return Err(TensorError::shape(OP, problem, &[x.shape()]));
    }
    let positions = dispatch_float!(OP, x.dtype(), T => Ok(positions(&x.elements::<T>(OP)?, x.shape(), axis)))?;
    let mut shape = x.shape().to_vec();
    shape.remove(axis);
    let y = Tensor::new(positions, &shape)?;
    let gradient = || Gradient::NotDifferentiable("a position does not change smoothly");
    Ok(record(OP, &[x], vec![y], gradient).swap_remove(0))
}

fn positions<T: Element>(data: &[T], shape: &[usize], axis: usize) -> Vec<i32> {
    let (n, inner) = (shape[axis], shape[axis + 1..].iter().product::<usize>());
    let outer: usize = shape[..axis].iter().product();
    let mut positions = Vec::with_capacity(outer * inner);
    for block in data.chunks_exact((n * inner).max(1)).take(outer) {
        for column in 0..inner {
            let mut best = 0;
            for row in 1..n {
                let (x, largest) = (block[row * inner + column], block[best * inner + column]);
                let is_nan = |v: T| v.partial_cmp(&v).is_none();
                if x > largest || (is_nan(x) && !is_nan(largest)) {
                    best = row;
                }
            }
            positions.push(best as i32);
        }
    }
    positions
}
