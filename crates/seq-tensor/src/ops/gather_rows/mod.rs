//! `gather_rows`: `y[i] = x[indices[i]]`, and its transpose `scatter_add_rows`: `y[indices[i]] += x[i]`.
//!
//! Shapes: x [R, ..] and n indices give [n, ..]; x [n, ..], n indices and R give [R, ..]. DTypes: floats
//! (gather also works on i32 and u8, which carry no gradient). Each is the other's gradient; gradients
//! overwrite. Sums add up in the order of the indices, in f64. Errors: `TENSOR_SHAPE`, `TENSOR_INDEX`.

mod kernel;
#[cfg(test)]
mod tests;

pub use kernel::scatter_add;

use crate::error::{Result, TensorError};
use crate::tape::record_one;
use crate::tensor::Tensor;
use crate::{dispatch_float, dispatch_stored};

/// Checks that all indices are below `limit`.
///
/// # Errors
/// `TENSOR_INDEX` with the first offender and their number.
pub(crate) fn check_indices(op: &'static str, indices: &[u32], limit: usize) -> Result<()> {
    let outside = |index: &u32| *index as usize >= limit;
    let Some(position) = indices.iter().position(outside) else { return Ok(()) };
    let count = indices.iter().filter(|index| outside(index)).count();
    Err(TensorError::Index { op, index: i64::from(indices[position]), position, limit, count })
}

/// Selects rows (entries of the first axis) in the order of `indices`; a row may be selected many times.
///
/// # Errors
/// `TENSOR_SHAPE` without an axis; `TENSOR_INDEX`.
pub fn gather_rows(x: &Tensor, indices: &[u32]) -> Result<Tensor> {
    const OP: &str = "gather_rows";
    let Some((&rows, rest)) = x.shape().split_first() else {
        return Err(TensorError::shape(OP, "at least one axis is needed", &[x.shape()]));
    };
    check_indices(OP, indices, rows)?;
    let width = rest.iter().product();
    let shape: Vec<usize> = [indices.len()].into_iter().chain(rest.iter().copied()).collect();
    let y = dispatch_stored!(x.dtype(), T => {
        Tensor::new(kernel::gather(&x.elements::<T>(OP)?, indices, width), &shape)
    })?;
    let from = x.shape().to_vec();
    let indices = indices.to_vec();
    Ok(record_one(OP, &[x], y, move |gradient| {
        dispatch_float!(OP, gradient.dtype(), T => {
            let dx = scatter_add(&gradient.elements::<T>(OP)?, &indices, rows, width);
            Ok(vec![Some(Tensor::new(dx, &from)?)])
        })
    }))
}

/// Adds row `i` of `x` to row `indices[i]` of a tensor of zeros with `rows` rows.
///
/// # Errors
/// `TENSOR_SHAPE` unless there is one index per row of `x`; `TENSOR_INDEX`; `TENSOR_DTYPE`.
pub fn scatter_add_rows(x: &Tensor, indices: &[u32], rows: usize) -> Result<Tensor> {
    const OP: &str = "scatter_add_rows";
    let rest = match x.shape().split_first() {
        Some((&count, rest)) if count == indices.len() => rest,
        _ => {
            let problem = format!("one index per row is needed, got {} indices", indices.len());
            return Err(TensorError::shape(OP, problem, &[x.shape()]));
        }
    };
    check_indices(OP, indices, rows)?;
    let width = rest.iter().product();
    let shape: Vec<usize> = [rows].into_iter().chain(rest.iter().copied()).collect();
    let from = x.shape().to_vec();
    dispatch_float!(OP, x.dtype(), T => {
        let y = scatter_add(&x.elements::<T>(OP)?, indices, rows, width);
        let indices = indices.to_vec();
        Ok(record_one(OP, &[x], Tensor::new(y, &shape)?, move |gradient| {
            let dx = kernel::gather(&gradient.elements::<T>(OP)?, &indices, width);
            Ok(vec![Some(Tensor::new(dx, &from)?)])
        }))
    })
}
