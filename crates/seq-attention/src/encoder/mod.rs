//! The pre-norm transformer stack over packed sequences, as one node of the tape.
//!
//! Per layer, on the rows x [T, D] of each sequence:
//! ```text
//! x = x + drop1( attention( norm1(x) ) Woᵀ + bo )        norm1, norm2: epsilon 1e-5
//! x = x + drop3( drop2( act( norm2(x) W1ᵀ + b1 ) ) W2ᵀ + b2 )
//! ```
//! and after the last layer the closing norm with epsilon 1e-6. Attention has H heads; head h owns
//! columns `h D/H .. (h+1) D/H` of queries, keys and values, which are thirds of one projection of
//! width 3 D; scores are divided by `sqrt(D/H)`; its weights have dropout 0. A key whose mask is 0 is
//! hidden from every query of its sequence, while queries at hidden positions are computed like
//! others. If every key of a sequence is hidden its weights are 0, so attention gives the output
//! bias; PyTorch gives NaN there.
//!
//! Parameters, per layer: `in_proj_weight` [3D, D], `in_proj_bias` [3D], `out_proj.weight` [D, D],
//! `out_proj.bias`, `linear1.weight` [F, D], `linear1.bias`, `linear2.weight` [D, F], `linear2.bias`,
//! `norm1.weight`, `norm1.bias`, `norm2.weight`, `norm2.bias`; then weight and bias of the closing norm.
//!
//! With [`Precision::Bf16`] the factors of every product of matrices, projections, scores, weighted values and their
//! gradients, are rounded to bf16, and products are summed in the type of the rows. Everything else keeps that type:
//! norms, softmax, activations, residuals, parameters and their gradients.
//!
//! Gradients of x are written, those of parameters summed in a number of parts that depends on shapes
//! only, so they are equal to the last bit for any number of threads and every [`Recompute`] policy.

mod group;
mod layer;
mod long_attention;
mod memory;
#[cfg(test)]
pub(crate) mod reference;
mod stack;
#[cfg(test)]
mod tests;

use seq_tensor::ragged::check_offsets;
use seq_tensor::recycle;
use seq_tensor::tape::{record_one, will_record};
use seq_tensor::tensor::Elements;
use seq_tensor::{Result, Tensor, TensorError, dispatch_float};

use crate::activation::Activation;
use crate::dropout::Dropout;
use crate::encoder::group::Call;
use crate::encoder::stack::{CLOSING_PARAMETERS, LAYER_PARAMETERS, Shape, Stack};
use crate::groups::{Group, groups};
use crate::precision::Precision;
use crate::real::Real;

const OP: &str = "encoder";

/// What is kept from forward to backward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recompute {
    /// Nothing: backward repeats the whole stack, one group of sequences after the other.
    None,
    /// Only the output of each layer; backward repeats the layer. D numbers per row and layer.
    Boundary,
    /// Everything that would take a large matrix product to repeat; 6 D + 2 H + F numbers per row and layer.
    Selective,
    /// Also norms and activations; 8 D + 2 H + 3 F numbers per row and layer.
    All,
}

/// Options of [`encoder`].
#[derive(Clone, Debug)]
pub struct EncoderOptions {
    /// Number H of heads; divides the width.
    pub heads: usize,
    /// Activation of the feed-forward part.
    pub activation: Activation,
    /// What is kept for backward.
    pub recompute: Recompute,
    /// Random drops; none outside training.
    pub dropout: Option<Dropout>,
    /// To what the factors of all matrix products are rounded, forward and backward.
    pub precision: Precision,
}

/// The tensors of one call.
#[derive(Clone)]
struct Inputs {
    x: Tensor,
    key_mask: Option<Tensor>,
    parameters: Vec<Tensor>,
}

/// What a call needs besides tensors, after all checks.
struct Plan {
    shape: Shape,
    activation: Activation,
    precision: Precision,
    groups: Vec<Group>,
    dropout: Option<Dropout>,
}

/// The transformer stack over packed sequences: x [T, D] to [T, D].
///
/// Sequence i owns rows `offsets[i]..offsets[i + 1]` and may be empty. `key_mask` [T] of bytes hides
/// keys where it is 0. The number of layers follows from the number of parameters; see the module for
/// their order and the equations.
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_VALUE` (offsets, heads, dropout).
pub fn encoder(
    x: &Tensor,
    offsets: &[u32],
    key_mask: Option<&Tensor>,
    parameters: &[Tensor],
    options: &EncoderOptions,
) -> Result<Tensor> {
    let shape = check(x, offsets, key_mask, parameters, options)?;
    let dropout = match &options.dropout {
        Some(dropout) => dropout.checked(OP, offsets.len() - 1)?,
        None => None,
    };
    let EncoderOptions { activation, precision, .. } = *options;
    let plan = Plan { shape, activation, precision, groups: groups(offsets), dropout };
    if plan.dropout.is_some() {
        check_positions(&plan)?;
    }
    let inputs = Inputs { x: x.clone(), key_mask: key_mask.cloned(), parameters: parameters.to_vec() };
    dispatch_float!(OP, x.dtype(), T => forward::<T>(inputs, plan, options.recompute))
}

fn check(
    x: &Tensor,
    offsets: &[u32],
    key_mask: Option<&Tensor>,
    parameters: &[Tensor],
    options: &EncoderOptions,
) -> Result<Shape> {
    let &[rows, width] = x.shape() else {
        return Err(TensorError::shape(OP, "x must have shape [T, D]", &[x.shape()]));
    };
    check_offsets(OP, offsets, rows)?;
    if let Some(mask) = key_mask.filter(|mask| mask.shape() != [rows]) {
        return Err(TensorError::shape(OP, "x [T, D] and key mask [T] differ", &[x.shape(), mask.shape()]));
    }
    if options.heads == 0 || width == 0 || width % options.heads != 0 {
        let problem =
            format!("the width must be a multiple of the heads, got width {width} and {} heads", options.heads);
        return Err(TensorError::Value { op: OP, problem });
    }
    let count = parameters.len();
    if count < CLOSING_PARAMETERS || !(count - CLOSING_PARAMETERS).is_multiple_of(LAYER_PARAMETERS) {
        let problem = format!("twelve parameters per layer and two for the closing norm are needed, got {count}");
        return Err(TensorError::Value { op: OP, problem });
    }
    let layers = (count - CLOSING_PARAMETERS) / LAYER_PARAMETERS;
    let hidden = if layers == 0 { 0 } else { parameters[4].shape().first().copied().unwrap_or(0) };
    let shape = Shape { width, heads: options.heads, hidden, layers };
    check_parameters(shape, parameters)?;
    Ok(shape)
}

fn check_parameters(shape: Shape, parameters: &[Tensor]) -> Result<()> {
    const NAMES: [&str; LAYER_PARAMETERS] = [
        "in_proj_weight",
        "in_proj_bias",
        "out_proj.weight",
        "out_proj.bias",
        "linear1.weight",
        "linear1.bias",
        "linear2.weight",
        "linear2.bias",
        "norm1.weight",
        "norm1.bias",
        "norm2.weight",
        "norm2.bias",
    ];
    let Shape { width: d, hidden: f, layers, .. } = shape;
    let vector = |len: usize| vec![len];
    let expected = [
        vec![3 * d, d],
        vector(3 * d),
        vec![d, d],
        vector(d),
        vec![f, d],
        vector(f),
        vec![d, f],
        vector(d),
        vector(d),
        vector(d),
        vector(d),
        vector(d),
    ];
    for (index, parameter) in parameters.iter().enumerate() {
        let (layer, place) = (index / LAYER_PARAMETERS, index % LAYER_PARAMETERS);
        let (name, expected) = match layer < layers {
            true => (format!("{} of layer {layer}", NAMES[place]), expected[place].clone()),
            false => (format!("{} of the closing norm", ["weight", "bias"][place]), vector(d)),
        };
        if parameter.shape() != expected || (layer < layers && f == 0) {
            let problem = format!("{name} must have shape {expected:?} (width {d}, feed-forward width {f})");
            return Err(TensorError::shape(OP, problem, &[parameter.shape()]));
        }
    }
    Ok(())
}

/// Draws are numbered with 34 bits inside a sequence: 32 for the block, 2 for the word.
fn check_positions(plan: &Plan) -> Result<()> {
    let longest = plan.groups.iter().map(Group::longest).max().unwrap_or(0) as u64;
    let draws = longest * (plan.shape.heads as u64 * longest).max(plan.shape.hidden as u64);
    if draws <= 1 << 34 {
        return Ok(());
    }
    let problem = format!("a sequence of {longest} rows needs {draws} dropout draws, more than {}", 1u64 << 34);
    Err(TensorError::Value { op: OP, problem })
}

/// Borrows the elements of all inputs and hands the call to `work`.
fn with_call<T: Real, R>(inputs: &Inputs, plan: &Plan, work: impl FnOnce(Call<'_, T>, &[T]) -> R) -> Result<R> {
    let x = inputs.x.elements::<T>(OP)?;
    let mask = inputs.key_mask.as_ref().map(|mask| mask.elements::<u8>(OP)).transpose()?;
    let parameters: Vec<Elements<'_, T>> =
        inputs.parameters.iter().map(|parameter| parameter.elements::<T>(OP)).collect::<Result<_>>()?;
    let slices: Vec<&[T]> = parameters.iter().map(|parameter| &**parameter).collect();
    let stack = Stack::new(plan.shape, plan.activation, plan.precision, &slices);
    let call = Call { stack: &stack, groups: &plan.groups, key_mask: mask.as_deref(), dropout: plan.dropout.as_ref() };
    Ok(work(call, &x))
}

fn forward<T: Real>(inputs: Inputs, plan: Plan, recompute: Recompute) -> Result<Tensor> {
    let tape_inputs: Vec<Tensor> = std::iter::once(&inputs.x).chain(&inputs.parameters).cloned().collect();
    let tape_inputs: Vec<&Tensor> = tape_inputs.iter().collect();
    let recompute = will_record(&tape_inputs).then_some(recompute);
    let mut y = recycle::vector_of::<T>(inputs.x.len());
    let records = with_call::<T, _>(&inputs, &plan, |call, x| call.forward(x, recompute, &mut y))?;
    let output = Tensor::new(y, inputs.x.shape())?;
    let wanted: Vec<bool> = tape_inputs.iter().map(|input| input.needs_gradient()).collect();
    let saved = Inputs {
        x: inputs.x.detach(),
        key_mask: inputs.key_mask.clone(),
        parameters: inputs.parameters.iter().map(Tensor::detach).collect(),
    };
    Ok(record_one(OP, &tape_inputs, output, move |gradient| backward::<T>(&saved, &plan, records, &wanted, &gradient)))
}

fn backward<T: Real>(
    inputs: &Inputs,
    plan: &Plan,
    records: Vec<group::Record<T>>,
    wanted: &[bool],
    gradient: &Tensor,
) -> Result<Vec<Option<Tensor>>> {
    let dy = gradient.elements::<T>(OP)?;
    let mut dx = recycle::vector_of::<T>(inputs.x.len());
    let sums = with_call::<T, _>(inputs, plan, |call, x| call.backward(x, records, &wanted[1..], &dy, &mut dx))?;
    let mut gradients = vec![if wanted[0] { Some(Tensor::new(dx, inputs.x.shape())?) } else { None }];
    let mut from = 0;
    for (parameter, wanted) in inputs.parameters.iter().zip(&wanted[1..]) {
        let range = from..from + parameter.len();
        from = range.end;
        gradients.push(if *wanted { Some(Tensor::new(sums[range].to_vec(), parameter.shape())?) } else { None });
    }
    Ok(gradients)
}
