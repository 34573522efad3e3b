//! The transformer encoder, attention pooling and attention over packed sequences.

#![expect(clippy::too_many_arguments, reason = "one argument per thing that crosses")]

use std::sync::Arc;

use napi::bindgen_prelude::{ClassInstance, Uint8Array, Uint32Array};
use napi::{Env, Result};
use napi_derive::napi;
use seq_attention::{
    Activation, AttentionInputs, AttentionOptions, AttentionParameters, Dropout, EncoderOptions, PoolingParameters,
    Precision, Recompute,
};
use seq_tensor::{Tensor, TensorError};

use crate::tensor::{TensorHandle, failure, give};

/// Random drops of one stack or attention.
#[napi(object)]
pub struct AttentionDropout {
    pub probability: f64,
    /// Integer below 2^53.
    pub seed: f64,
    pub step: u32,
    /// Site of the first layer.
    pub site: u32,
    pub sequence_ids: Uint32Array,
}

impl From<AttentionDropout> for Dropout {
    fn from(given: AttentionDropout) -> Self {
        let AttentionDropout { probability, seed, step, site, sequence_ids } = given;
        Self { probability, seed: seed as u64, step, site, sequence_ids: Arc::from(&sequence_ids[..]) }
    }
}

fn mask_tensor(mask: Option<Uint8Array>) -> Result<Option<Tensor>> {
    mask.map(|mask| Tensor::new(mask.to_vec(), &[mask.len()]).map_err(failure)).transpose()
}

fn tensors(handles: &[ClassInstance<'_, TensorHandle>]) -> Result<Vec<Tensor>> {
    handles.iter().map(|handle| handle.tensor().cloned()).collect()
}

/// The policy of a name; TypeScript knows the same four.
fn recompute_policy(name: &str) -> Result<Recompute> {
    match name {
        "none" => Ok(Recompute::None),
        "boundary" => Ok(Recompute::Boundary),
        "selective" => Ok(Recompute::Selective),
        "all" => Ok(Recompute::All),
        other => {
            let problem = format!("recompute must be none, boundary, selective or all, got {other:?}");
            Err(failure(TensorError::Value { op: "encoder", problem }))
        }
    }
}

/// The precision of a name; TypeScript knows the same two.
fn precision_of(op: &'static str, name: &str) -> Result<Precision> {
    match name {
        "f32" => Ok(Precision::Full),
        "bf16" => Ok(Precision::Bf16),
        other => {
            let problem = format!("precision must be f32 or bf16, got {other:?}");
            Err(failure(TensorError::Value { op, problem }))
        }
    }
}

/// A product of two matrices, [rows, depth] by [depth, columns].
#[napi(object)]
pub struct ProductSizes {
    pub rows: u32,
    pub depth: u32,
    pub columns: u32,
    /// Whether the left operand is read across how it is stored.
    pub left_is_transposed: bool,
    /// Whether packing the right operand is part of the work.
    pub packs_right: bool,
    pub precision: String,
}

#[napi(catch_unwind)]
pub fn product_operations_per_second(sizes: ProductSizes) -> Result<f64> {
    let ProductSizes { rows, depth, columns, left_is_transposed, packs_right, precision } = sizes;
    let precision = precision_of("productOperationsPerSecond", &precision)?;
    let [rows, depth, columns] = [rows, depth, columns].map(|size| size as usize);
    let sizes = seq_attention::ProductSizes { rows, depth, columns, left_is_transposed, packs_right, precision };
    Ok(seq_attention::product_operations_per_second(sizes))
}

#[napi(catch_unwind)]
pub fn multiplies_bf16() -> bool {
    seq_attention::multiplies_bf16()
}

#[napi(catch_unwind)]
pub fn encoder(
    env: Env,
    x: &TensorHandle,
    offsets: &[u32],
    key_mask: Option<Uint8Array>,
    parameters: Vec<ClassInstance<'_, TensorHandle>>,
    heads: u32,
    is_gelu: bool,
    recompute: String,
    precision: String,
    dropout: Option<AttentionDropout>,
) -> Result<TensorHandle> {
    let options = EncoderOptions {
        heads: heads as usize,
        activation: if is_gelu { Activation::Gelu } else { Activation::Relu },
        recompute: recompute_policy(&recompute)?,
        dropout: dropout.map(Into::into),
        precision: precision_of("encoder", &precision)?,
    };
    let mask = mask_tensor(key_mask)?;
    give(env, seq_attention::encoder(x.tensor()?, offsets, mask.as_ref(), &tensors(&parameters)?, &options))
}

#[napi(catch_unwind)]
pub fn attention_pooling(
    env: Env,
    x: &TensorHandle,
    offsets: &[u32],
    key_mask: Option<Uint8Array>,
    query: &TensorHandle,
    norm_weight: &TensorHandle,
    norm_bias: &TensorHandle,
) -> Result<TensorHandle> {
    let parameters = PoolingParameters {
        query: query.tensor()?.clone(),
        norm_weight: norm_weight.tensor()?.clone(),
        norm_bias: norm_bias.tensor()?.clone(),
    };
    let mask = mask_tensor(key_mask)?;
    give(env, seq_attention::attention_pooling(x.tensor()?, offsets, mask.as_ref(), &parameters))
}

fn attention_parameters(handles: &[ClassInstance<'_, TensorHandle>]) -> Result<AttentionParameters> {
    let [in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias] =
        <[Tensor; 4]>::try_from(tensors(handles)?).expect("TypeScript passes four parameters");
    Ok(AttentionParameters { in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias })
}

#[napi(catch_unwind)]
pub fn attention(
    env: Env,
    query: &TensorHandle,
    query_offsets: &[u32],
    key: &TensorHandle,
    value: &TensorHandle,
    key_offsets: &[u32],
    key_mask: Option<Uint8Array>,
    parameters: Vec<ClassInstance<'_, TensorHandle>>,
    heads: u32,
    dropout: Option<AttentionDropout>,
) -> Result<TensorHandle> {
    let inputs = AttentionInputs {
        query: query.tensor()?.clone(),
        query_offsets: query_offsets.to_vec(),
        key: key.tensor()?.clone(),
        value: value.tensor()?.clone(),
        key_offsets: key_offsets.to_vec(),
        key_mask: mask_tensor(key_mask)?,
    };
    let parameters = attention_parameters(&parameters)?;
    let options = AttentionOptions { heads: heads as usize, dropout: dropout.map(Into::into) };
    give(env, seq_attention::attention(&inputs, &parameters, &options))
}

/// Per sequence [H, queries, keys], all end to end; a constant.
#[napi(catch_unwind)]
pub fn attention_weights(
    env: Env,
    query: &TensorHandle,
    query_offsets: &[u32],
    key: &TensorHandle,
    key_offsets: &[u32],
    key_mask: Option<Uint8Array>,
    parameters: Vec<ClassInstance<'_, TensorHandle>>,
    heads: u32,
) -> Result<TensorHandle> {
    let key = key.tensor()?.clone();
    let inputs = AttentionInputs {
        query: query.tensor()?.clone(),
        query_offsets: query_offsets.to_vec(),
        value: key.clone(),
        key,
        key_offsets: key_offsets.to_vec(),
        key_mask: mask_tensor(key_mask)?,
    };
    let options = AttentionOptions { heads: heads as usize, dropout: None };
    give(env, seq_attention::attention_weights(&inputs, &attention_parameters(&parameters)?, &options))
}
