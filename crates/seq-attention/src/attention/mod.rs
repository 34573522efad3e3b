//! Multi-head attention between packed sequences of queries and keys.
//!
//! Sequence i of the queries attends to sequence i of the keys; both may have any length. With
//! projections by thirds of `in_proj_weight` [3D, D] (rows 0..D queries, D..2D keys, 2D..3D values):
//! ```text
//! head h, columns h D/H .. (h+1) D/H:   w = softmax( q kᵀ / sqrt(D/H) ) over visible keys
//! y = concat_h( drop(w) v ) Woᵀ + bo
//! ```
//! A query without any visible key (all hidden, or none there) has weights 0, so y is the output bias;
//! PyTorch gives NaN there. Gradients of inputs are written, those of parameters summed in a number
//! of parts that depends on shapes only.

mod kernel;
mod part;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;

use seq_tensor::ragged::check_offsets;
use seq_tensor::tape::{Gradient, record, will_record};
use seq_tensor::{Result, Tensor, TensorError, dispatch_float};

use crate::attention::kernel::{Call, Record};
use crate::dropout::Dropout;
use crate::linear::Linear;
use crate::precision::Precision;
use crate::real::Real;

const OP: &str = "attention";

/// What attends to what.
#[derive(Clone)]
pub struct AttentionInputs {
    /// Queries, [Tq, D].
    pub query: Tensor,
    /// Query sequence i owns rows `[i]..[i + 1]`.
    pub query_offsets: Vec<u32>,
    /// Keys, [Tk, D].
    pub key: Tensor,
    /// What the weighted means are taken of, [Tk, D]; often the keys again.
    pub value: Tensor,
    /// Key sequence i owns rows `[i]..[i + 1]`; as many sequences as queries have.
    pub key_offsets: Vec<u32>,
    /// [Tk] of bytes: 0 hides a key. None: all are visible.
    pub key_mask: Option<Tensor>,
}

/// The parameters of [`attention`].
#[derive(Clone)]
pub struct AttentionParameters {
    /// [3D, D]: queries, keys, values.
    pub in_proj_weight: Tensor,
    /// [3D].
    pub in_proj_bias: Tensor,
    /// [D, D].
    pub out_proj_weight: Tensor,
    /// [D].
    pub out_proj_bias: Tensor,
}

/// Options of [`attention`].
#[derive(Clone, Debug)]
pub struct AttentionOptions {
    /// Number H of heads; divides the width.
    pub heads: usize,
    /// Random drops of weights, drawn at its site at position `(h queries + query) keys + key`; none outside training.
    pub dropout: Option<Dropout>,
}

impl AttentionInputs {
    fn detach(&self) -> Self {
        Self { query: self.query.detach(), key: self.key.detach(), value: self.value.detach(), ..self.clone() }
    }
}

impl AttentionParameters {
    fn tensors(&self) -> [&Tensor; 4] {
        [&self.in_proj_weight, &self.in_proj_bias, &self.out_proj_weight, &self.out_proj_bias]
    }

    fn detach(&self) -> Self {
        Self {
            in_proj_weight: self.in_proj_weight.detach(),
            in_proj_bias: self.in_proj_bias.detach(),
            out_proj_weight: self.out_proj_weight.detach(),
            out_proj_bias: self.out_proj_bias.detach(),
        }
    }
}

/// Multi-head attention from packed queries to packed keys: [Tq, D].
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_VALUE` (offsets, heads, dropout).
pub fn attention(
    inputs: &AttentionInputs,
    parameters: &AttentionParameters,
    options: &AttentionOptions,
) -> Result<Tensor> {
    let dropout = check(inputs, parameters, options)?;
    dispatch_float!(OP, inputs.query.dtype(), T => forward::<T>(inputs, parameters, options.heads, dropout))
}

/// The weights of [`attention`] before drops: per sequence [H, queries, keys], all end to end.
///
/// For a look inside; a constant, no gradient flows through it.
///
/// # Errors
/// As [`attention`].
pub fn attention_weights(
    inputs: &AttentionInputs,
    parameters: &AttentionParameters,
    options: &AttentionOptions,
) -> Result<Tensor> {
    check(inputs, parameters, options)?;
    dispatch_float!(OP, inputs.query.dtype(), T => {
        let weights = with_call::<T, _>(inputs, parameters, options.heads, None, |call| call.weights())?;
        let len = weights.len();
        Tensor::new(weights, &[len])
    })
}

fn check(
    inputs: &AttentionInputs,
    parameters: &AttentionParameters,
    options: &AttentionOptions,
) -> Result<Option<Dropout>> {
    let AttentionInputs { query, key, value, key_mask, query_offsets, key_offsets } = inputs;
    let (&[queries, width], &[keys, key_width]) = (query.shape(), key.shape()) else {
        return Err(TensorError::shape(OP, "query [Tq, D] and key [Tk, D] are needed", &[query.shape(), key.shape()]));
    };
    if key_width != width || value.shape() != key.shape() {
        let shapes = [query.shape(), key.shape(), value.shape()];
        return Err(TensorError::shape(OP, "query [Tq, D], key [Tk, D] and value [Tk, D] are needed", &shapes));
    }
    if let Some(mask) = key_mask.as_ref().filter(|mask| mask.shape() != [keys]) {
        return Err(TensorError::shape(OP, "key [Tk, D] and key mask [Tk] differ", &[key.shape(), mask.shape()]));
    }
    check_offsets(OP, query_offsets, queries)?;
    check_offsets(OP, key_offsets, keys)?;
    let fail = |problem| Err(TensorError::Value { op: OP, problem });
    if query_offsets.len() != key_offsets.len() {
        let (queries, keys) = (query_offsets.len() - 1, key_offsets.len() - 1);
        return fail(format!("{queries} query sequences cannot attend to {keys} key sequences"));
    }
    let heads = options.heads;
    if heads == 0 || width == 0 || !width.is_multiple_of(heads) {
        return fail(format!("the width must be a multiple of the heads, got width {width} and {heads} heads"));
    }
    let expected: [&[usize]; 4] = [&[3 * width, width], &[3 * width], &[width, width], &[width]];
    if parameters.tensors().iter().zip(expected).any(|(parameter, expected)| parameter.shape() != expected) {
        let problem = format!("parameters [3D, D], [3D], [D, D], [D] are needed for width D = {width}");
        return Err(TensorError::shape(OP, problem, &parameters.tensors().map(Tensor::shape)));
    }
    let Some(dropout) = &options.dropout else { return Ok(None) };
    let draws = |i: usize| {
        let len = |offsets: &[u32]| u64::from(offsets[i + 1] - offsets[i]);
        heads as u64 * len(query_offsets) * len(key_offsets)
    };
    if let Some(i) = (0..query_offsets.len() - 1).find(|i| draws(*i) > 1 << 34) {
        return fail(format!("sequence {i} needs {} dropout draws, more than {}", draws(i), 1u64 << 34));
    }
    dropout.checked(OP, query_offsets.len() - 1)
}

/// Borrows the elements of all tensors and hands the call to `work`.
fn with_call<T: Real, R>(
    inputs: &AttentionInputs,
    parameters: &AttentionParameters,
    heads: usize,
    dropout: Option<&Dropout>,
    work: impl FnOnce(Call<'_, T>) -> R,
) -> Result<R> {
    let [query, key, value] = [&inputs.query, &inputs.key, &inputs.value].map(|tensor| tensor.elements::<T>(OP));
    let (query, key, value) = (query?, key?, value?);
    let mask = inputs.key_mask.as_ref().map(|mask| mask.elements::<u8>(OP)).transpose()?;
    let [in_weight, in_bias, out_weight, out_bias] = parameters.tensors().map(|tensor| tensor.elements::<T>(OP));
    let (in_weight, in_bias, out_weight, out_bias) = (in_weight?, in_bias?, out_weight?, out_bias?);
    Ok(work(Call {
        query: &query,
        key: &key,
        value: &value,
        query_offsets: &inputs.query_offsets,
        key_offsets: &inputs.key_offsets,
        key_mask: mask.as_deref(),
        in_projection: Linear { weight: &in_weight, bias: &in_bias, precision: Precision::Full },
        out_projection: Linear { weight: &out_weight, bias: &out_bias, precision: Precision::Full },
        heads,
        dropout,
    }))
}

fn forward<T: Real>(
    inputs: &AttentionInputs,
    parameters: &AttentionParameters,
    heads: usize,
    dropout: Option<Dropout>,
) -> Result<Tensor> {
    let [in_weight, in_bias, out_weight, out_bias] = parameters.tensors();
    let tape_inputs = [&inputs.query, &inputs.key, &inputs.value, in_weight, in_bias, out_weight, out_bias];
    let (y, records) =
        with_call::<T, _>(inputs, parameters, heads, dropout.as_ref(), |call| call.forward(will_record(&tape_inputs)))?;
    let output = Tensor::new(y, inputs.query.shape())?;
    let wanted = tape_inputs.map(Tensor::needs_gradient);
    let (inputs, parameters) = (inputs.detach(), parameters.detach());
    let mut outputs = record(OP, &tape_inputs, vec![output], move || {
        Gradient::Backward(Box::new(move |gradients| match &gradients[0] {
            None => Ok(Vec::new()),
            Some(gradient) => backward::<T>(&inputs, &parameters, heads, dropout.as_ref(), records, wanted, gradient),
        }))
    });
    Ok(outputs.swap_remove(0))
}

fn backward<T: Real>(
    inputs: &AttentionInputs,
    parameters: &AttentionParameters,
    heads: usize,
    dropout: Option<&Dropout>,
    records: Vec<Record<T>>,
    wanted: [bool; 7],
    gradient: &Tensor,
) -> Result<Vec<Option<Tensor>>> {
    let dy = gradient.elements::<T>(OP)?;
    let found = with_call::<T, _>(inputs, parameters, heads, dropout, |call| call.backward(records, &dy))?;
    let mut sums = found.parameters.as_slice();
    let of_inputs = [(found.query, &inputs.query), (found.key, &inputs.key), (found.value, &inputs.value)];
    let mut gradients = Vec::with_capacity(wanted.len());
    for (data, input) in of_inputs {
        gradients.push(Some(Tensor::new(data, input.shape())?));
    }
    for parameter in parameters.tensors() {
        let (sum, rest) = sums.split_at(parameter.len());
        sums = rest;
        gradients.push(Some(Tensor::new(sum.to_vec(), parameter.shape())?));
    }
    Ok(gradients.into_iter().zip(wanted).map(|(gradient, wanted)| gradient.filter(|_| wanted)).collect())
}
