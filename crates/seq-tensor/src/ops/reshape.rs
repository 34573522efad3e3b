//! `reshape`: the same elements in the same order under another shape; nothing is copied.
//!
//! Shapes: equal numbers of elements. DTypes: any. `dx` is `dy` under the old shape.
//! Errors: `TENSOR_SHAPE`.

use crate::error::{Result, TensorError};
use crate::tape::record_one;
use crate::tensor::Tensor;

const OP: &str = "reshape";

/// The elements in row-major order under another shape.
///
/// # Errors
/// `TENSOR_SHAPE` if the shapes have different numbers of elements.
pub fn reshape(x: &Tensor, shape: &[usize]) -> Result<Tensor> {
    if shape.iter().product::<usize>() != x.len() {
        return Err(TensorError::shape(OP, "both shapes must have equally many elements", &[x.shape(), shape]));
    }
    let from = x.shape().to_vec();
    Ok(record_one(OP, &[x], x.with_shape(shape), move |gradient| Ok(vec![Some(gradient.with_shape(&from))])))
}
