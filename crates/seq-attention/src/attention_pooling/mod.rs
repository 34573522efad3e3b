//! One vector per sequence: a softmax-weighted mean of its rows, normalised.
//!
//! For the rows x_j of a sequence and the query q [1, D]:
//! ```text
//! s_j = q·x_j / sqrt(D)      w = softmax over visible rows (0 where hidden)
//! w_j = w_j / (sum w + 1e-8)                     only with a mask
//! y   = norm( sum_j w_j x_j )                    epsilon 1e-5
//! ```
//! If a mask hides every row, the weights are 1 / length and nothing flows to q. A sequence without
//! rows gives the norm of the zero vector, its bias. Without a mask there is no 1e-8.
//!
//! Gradients of x are written, those of the parameters summed in a number of parts that depends on
//! shapes only.

mod kernel;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;

use seq_tensor::ragged::check_offsets;
use seq_tensor::tape::record_one;
use seq_tensor::{Result, Tensor, TensorError, dispatch_float};

use crate::attention_pooling::kernel::Pooling;
use crate::layer_norm::Norm;
use crate::real::Real;

const OP: &str = "attention_pooling";
const NORM_EPSILON: f64 = 1e-5;

/// The parameters of [`attention_pooling`].
#[derive(Clone)]
pub struct PoolingParameters {
    /// The query q, [1, D].
    pub query: Tensor,
    /// Weight of the norm, [D].
    pub norm_weight: Tensor,
    /// Bias of the norm, [D].
    pub norm_bias: Tensor,
}

impl PoolingParameters {
    fn tensors(&self) -> [&Tensor; 3] {
        [&self.query, &self.norm_weight, &self.norm_bias]
    }

    fn detach(&self) -> Self {
        Self { query: self.query.detach(), norm_weight: self.norm_weight.detach(), norm_bias: self.norm_bias.detach() }
    }
}

/// What a call works on.
#[derive(Clone)]
struct Inputs {
    x: Tensor,
    offsets: Vec<u32>,
    key_mask: Option<Tensor>,
    parameters: PoolingParameters,
}

/// Pools the rows x [T, D] of each sequence: [n, D]. `key_mask` [T] of bytes hides rows where it is 0.
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_VALUE` (offsets; a result that is not a number, with the
/// first sequence where it is).
pub fn attention_pooling(
    x: &Tensor,
    offsets: &[u32],
    key_mask: Option<&Tensor>,
    parameters: &PoolingParameters,
) -> Result<Tensor> {
    let &[rows, width] = x.shape() else {
        return Err(TensorError::shape(OP, "x must have shape [T, D]", &[x.shape()]));
    };
    check_offsets(OP, offsets, rows)?;
    if let Some(mask) = key_mask.filter(|mask| mask.shape() != [rows]) {
        return Err(TensorError::shape(OP, "x [T, D] and key mask [T] differ", &[x.shape(), mask.shape()]));
    }
    let PoolingParameters { query, norm_weight, norm_bias } = parameters;
    if width == 0 || query.shape() != [1, width] || norm_weight.shape() != [width] || norm_bias.shape() != [width] {
        let shapes = [x.shape(), query.shape(), norm_weight.shape(), norm_bias.shape()];
        return Err(TensorError::shape(OP, "x [T, D], query [1, D], norm weight and bias [D] are needed", &shapes));
    }
    let inputs =
        Inputs { x: x.clone(), offsets: offsets.to_vec(), key_mask: key_mask.cloned(), parameters: parameters.clone() };
    dispatch_float!(OP, x.dtype(), T => forward::<T>(&inputs))
}

/// Borrows the elements of all inputs and hands them to `work`.
fn with_pooling<T: Real, R>(inputs: &Inputs, work: impl FnOnce(Pooling<'_, T>) -> R) -> Result<R> {
    let x = inputs.x.elements::<T>(OP)?;
    let mask = inputs.key_mask.as_ref().map(|mask| mask.elements::<u8>(OP)).transpose()?;
    let [query, weight, bias] = inputs.parameters.tensors();
    let (query, weight, bias) = (query.elements::<T>(OP)?, weight.elements::<T>(OP)?, bias.elements::<T>(OP)?);
    Ok(work(Pooling {
        x: &x,
        offsets: &inputs.offsets,
        key_mask: mask.as_deref(),
        query: &query,
        norm: Norm { weight: &weight, bias: &bias, epsilon: NORM_EPSILON },
    }))
}

fn forward<T: Real>(inputs: &Inputs) -> Result<Tensor> {
    let width = inputs.x.shape()[1];
    let (y, kept) = with_pooling::<T, _>(inputs, |pooling| pooling.forward())?;
    if let Some(bad) = y.iter().position(|y| y.to_f64().is_nan()) {
        let count = y.chunks(width).filter(|row| row.iter().any(|y| y.to_f64().is_nan())).count();
        let sequence = bad / width;
        let problem =
            format!("{count} pooled vectors are not numbers (first: sequence {sequence}); check its rows for NaN");
        return Err(TensorError::Value { op: OP, problem });
    }
    let output = Tensor::new(y, &[inputs.offsets.len() - 1, width])?;
    let [query, norm_weight, norm_bias] = inputs.parameters.tensors();
    let tape_inputs = [&inputs.x, query, norm_weight, norm_bias];
    let wanted = tape_inputs.map(Tensor::needs_gradient);
    let saved = Inputs { x: inputs.x.detach(), parameters: inputs.parameters.detach(), ..inputs.clone() };
    Ok(record_one(OP, &tape_inputs, output, move |gradient| {
        let dy = gradient.elements::<T>(OP)?;
        let (dx, sums) = with_pooling::<T, _>(&saved, |pooling| pooling.backward(&kept, &dy))?;
        let width = saved.x.shape()[1];
        let mut gradients = vec![Some(Tensor::new(dx, saved.x.shape())?)];
        for (parameter, sum) in saved.parameters.tensors().iter().zip(sums.chunks_exact(width)) {
            gradients.push(Some(Tensor::new(sum.to_vec(), parameter.shape())?));
        }
        Ok(gradients.into_iter().zip(wanted).map(|(gradient, wanted)| gradient.filter(|_| wanted)).collect())
    }))
}
