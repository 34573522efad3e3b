//! `linear`: `y = x Wᵀ + b` over the last axis.
//!
//! Shapes: x [.., in], W [out, in], b [out] or none, y [.., out]. DTypes: floats; 16-bit ones are
//! widened to f32 while they are read, and y is f32.
//! Gradients: `dx = dy W`, `dW = dyᵀ x`, `db = sum of dy over rows`; they overwrite here, the tape
//! accumulates those of parameters. `dW` is summed in at most 16 shards of rows, reduced in order.
//! Errors: `TENSOR_SHAPE`, `TENSOR_DTYPE`.

mod kernel;
#[cfg(test)]
mod tests;

pub use kernel::{product_over_rows, times_rows};

use crate::dispatch_float;
use crate::element::Element;
use crate::error::{Result, TensorError};
use crate::ops::cast::widened;
use crate::ops::reduce::sum_axes;
use crate::tape::record_one;
use crate::tensor::Tensor;

const OP: &str = "linear";

/// `x Wᵀ + b`: a linear map of the last axis.
///
/// # Errors
/// `TENSOR_SHAPE` if the last axis of `x` is not the second of `weight` or `bias` does not fit; `TENSOR_DTYPE`.
pub fn linear(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    let (width_in, width_out) = check(x, weight, bias)?;
    dispatch_float!(OP, x.dtype().wide(), T => linear_typed::<T>(x, weight, bias, width_in, width_out))
}

fn check(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<(usize, usize)> {
    let shapes: Vec<&[usize]> = [Some(x), Some(weight), bias].into_iter().flatten().map(Tensor::shape).collect();
    let fail = |problem| Err(TensorError::shape(OP, problem, &shapes));
    let &[width_out, width_in] = weight.shape() else {
        return fail("the weight must have shape [out, in]");
    };
    if x.shape().last() != Some(&width_in) {
        return fail("the last axis of the input must be the second of the weight");
    }
    if bias.is_some_and(|bias| bias.shape() != [width_out]) {
        return fail("the bias must have one element per row of the weight");
    }
    Ok((width_in, width_out))
}

fn linear_typed<T: Element>(
    x: &Tensor,
    weight: &Tensor,
    bias: Option<&Tensor>,
    width_in: usize,
    width_out: usize,
) -> Result<Tensor> {
    let lead = &x.shape()[..x.shape().len() - 1];
    let rows: usize = lead.iter().product();
    let y = {
        let (x, weight, bias) = (widened(x)?, widened(weight)?, bias.map(widened).transpose()?);
        let bias = bias.as_ref().map(|bias| bias.elements::<T>(OP)).transpose()?;
        let (x, weight) = (x.elements::<T>(OP)?, weight.elements::<T>(OP)?);
        kernel::forward(&x, &weight, bias.as_deref(), rows, width_in, width_out)
    };
    let shape: Vec<usize> = lead.iter().copied().chain([width_out]).collect();
    let y = Tensor::new(y, &shape)?;
    let needs = [x.needs_gradient(), weight.needs_gradient(), bias.is_some_and(Tensor::needs_gradient)];
    let inputs: Vec<&Tensor> = [Some(x), Some(weight), bias].into_iter().flatten().collect();
    let has_bias = bias.is_some();
    let (x, weight) = (x.detach(), weight.detach());
    Ok(record_one(OP, &inputs, y, move |gradient| {
        let dy = gradient.elements::<T>(OP)?;
        let dx = if needs[0] {
            let wide = widened(&weight)?;
            let weight = wide.elements::<T>(OP)?;
            Some(Tensor::new(times_rows(&dy, &weight, [rows, width_out, width_in]), x.shape())?)
        } else {
            None
        };
        let dweight = if needs[1] {
            let wide = widened(&x)?;
            let x = wide.elements::<T>(OP)?;
            Some(Tensor::new(product_over_rows(&dy, &x, [rows, width_out, width_in]), weight.shape())?)
        } else {
            None
        };
        let dbias = if needs[2] {
            Some(Tensor::new(sum_axes(&dy, &[rows, width_out], &[true, false], 1.0), &[width_out])?)
        } else {
            None
        };
        let mut gradients = vec![dx, dweight];
        gradients.extend(has_bias.then_some(dbias));
        Ok(gradients)
    }))
}
