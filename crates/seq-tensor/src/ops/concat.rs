//! `concat`: tensors end to end along one axis, copied.
//!
//! Shapes: equal but for that axis. DTypes: any, all the same. The gradient of each input is its part of
//! `dy`; gradients overwrite. Errors: `TENSOR_SHAPE`, `TENSOR_DTYPE`.

use crate::dispatch_stored;
use crate::error::{Result, TensorError};
use crate::ops::slice::slice;
use crate::tape::record_one;
use crate::tensor::{Stored, Tensor};

const OP: &str = "concat";

/// The inputs end to end along `axis`.
///
/// # Errors
/// `TENSOR_SHAPE` without inputs or if they differ in another axis; `TENSOR_DTYPE`.
pub fn concat(inputs: &[&Tensor], axis: usize) -> Result<Tensor> {
    let shapes: Vec<&[usize]> = inputs.iter().map(|input| input.shape()).collect();
    let fits = |shape: &[usize]| {
        shape.len() == shapes[0].len()
            && (0..shape.len()).all(|other| other == axis || shape[other] == shapes[0][other])
    };
    if shapes.is_empty() || axis >= shapes[0].len() || !shapes.iter().all(|shape| fits(shape)) {
        let problem = format!("one or more inputs that differ at most in axis {axis} are needed");
        return Err(TensorError::shape(OP, problem, &shapes));
    }
    let mut shape = shapes[0].to_vec();
    let sizes: Vec<usize> = shapes.iter().map(|shape| shape[axis]).collect();
    shape[axis] = sizes.iter().sum();
    let y = dispatch_stored!(inputs[0].dtype(), T => joined::<T>(inputs, axis, &shape))?;
    let needs: Vec<bool> = inputs.iter().map(|input| input.needs_gradient()).collect();
    Ok(record_one(OP, inputs, y, move |gradient| {
        let mut start = 0;
        let parts = sizes.iter().zip(&needs).map(|(size, needed)| {
            start += size;
            needed.then(|| slice(&gradient, axis, start - size, start)).transpose()
        });
        parts.collect()
    }))
}

fn joined<T: Stored>(inputs: &[&Tensor], axis: usize, shape: &[usize]) -> Result<Tensor> {
    let elements = inputs.iter().map(|input| input.elements::<T>(OP)).collect::<Result<Vec<_>>>()?;
    let outer: usize = shape[..axis].iter().product();
    let mut out = Vec::with_capacity(shape.iter().product());
    for block in 0..outer {
        for part in &elements {
            let width = part.len() / outer;
            out.extend_from_slice(&part[block * width..][..width]);
        }
    }
    Tensor::new(out, shape)
}
