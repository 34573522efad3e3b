//! `sum` and `mean` over chosen axes, and the sum that undoes broadcasting.

use super::sum_kernel::sum_axes;
use super::{ReducedAxes, kept_shape, marked, result_shape};
use crate::dispatch_float;
use crate::element::Element;
use crate::error::Result;
use crate::ops::expand::expanded;
use crate::tape::record_one;
use crate::tensor::Tensor;

/// The sum over `axes`; 0 where nothing is summed, all axes in no case but when listed.
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`.
pub fn sum(x: &Tensor, axes: &[usize], reduced_axes: ReducedAxes) -> Result<Tensor> {
    dispatch_float!("sum", x.dtype(), T => scaled_sum::<T>("sum", x, axes, reduced_axes, 1.0))
}

/// The sum over `axes` divided by the number of summed elements; NaN where there are none.
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`.
pub fn mean(x: &Tensor, axes: &[usize], reduced_axes: ReducedAxes) -> Result<Tensor> {
    let reduced = marked("mean", x.shape(), axes)?;
    let count: usize = x.shape().iter().zip(&reduced).filter(|(_, gone)| **gone).map(|(size, _)| size).product();
    let scale = 1.0 / count as f64;
    dispatch_float!("mean", x.dtype(), T => scaled_sum::<T>("mean", x, axes, reduced_axes, scale))
}

fn scaled_sum<T: Element>(
    op: &'static str,
    x: &Tensor,
    axes: &[usize],
    reduced_axes: ReducedAxes,
    scale: f64,
) -> Result<Tensor> {
    let reduced = marked(op, x.shape(), axes)?;
    let y = sum_axes(&x.elements::<T>(op)?, x.shape(), &reduced, scale);
    let y = Tensor::new(y, &result_shape(x.shape(), &reduced, reduced_axes))?;
    let shape = x.shape().to_vec();
    Ok(record_one(op, &[x], y, move |gradient| {
        let factor = T::from_f64(scale);
        let dy: Vec<T> = gradient.elements::<T>(op)?.iter().map(|g| *g * factor).collect();
        let dx = expanded(&dy, &kept_shape(&shape, &reduced), &shape);
        Ok(vec![Some(Tensor::new(dx, &shape)?)])
    }))
}

/// Sums a gradient over the axes along which an operand of `shape` was stretched.
pub(crate) fn sum_to_shape<T: Element>(gradient: Tensor, shape: &[usize]) -> Result<Tensor> {
    if gradient.shape() == shape {
        return Ok(gradient);
    }
    let lead = gradient.shape().len() - shape.len();
    let reduced: Vec<bool> = (0..gradient.shape().len())
        .map(|axis| axis < lead || (shape[axis - lead] == 1 && gradient.shape()[axis] != 1))
        .collect();
    Tensor::new(sum_axes(&gradient.elements::<T>("sum")?, gradient.shape(), &reduced, 1.0), shape)
}
