//! Reductions over chosen axes: `sum`, `mean`, `max`, and `argmax` over one axis.
//!
//! Shapes: reduced axes are dropped or kept with size 1. DTypes: floats. Sums accumulate in f64 in a
//! fixed order and round once per run of neighbouring axes. Gradients overwrite.
//! Errors: `TENSOR_SHAPE` for axes that do not exist or repeat, `TENSOR_DTYPE`.

mod argmax;
mod max;
mod sum;
mod sum_kernel;

#[cfg(test)]
mod tests;

pub use argmax::argmax;
pub use max::max;
pub(crate) use sum::sum_to_shape;
pub use sum::{mean, sum};
pub use sum_kernel::sum_axes;

use crate::error::{Result, TensorError};

/// What becomes of the axes that were reduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReducedAxes {
    /// They stay, with size 1.
    Keep,
    /// They disappear.
    Drop,
}

/// Which axes of a shape are reduced.
fn marked(op: &'static str, shape: &[usize], axes: &[usize]) -> Result<Vec<bool>> {
    let mut reduced = vec![false; shape.len()];
    for &axis in axes {
        if axis >= shape.len() || reduced[axis] {
            let problem = format!("axes must exist and differ, got axes {axes:?}");
            return Err(TensorError::shape(op, problem, &[shape]));
        }
        reduced[axis] = true;
    }
    Ok(reduced)
}

/// The shape with reduced axes of size 1.
fn kept_shape(shape: &[usize], reduced: &[bool]) -> Vec<usize> {
    shape.iter().zip(reduced).map(|(&size, &gone)| if gone { 1 } else { size }).collect()
}

fn result_shape(shape: &[usize], reduced: &[bool], axes: ReducedAxes) -> Vec<usize> {
    match axes {
        ReducedAxes::Keep => kept_shape(shape, reduced),
        ReducedAxes::Drop => shape.iter().zip(reduced).filter(|(_, gone)| !**gone).map(|(&size, _)| size).collect(),
    }
}
