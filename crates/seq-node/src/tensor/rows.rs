//! Operations on the rows of packed sequences and tables.

use napi::{Env, Result};
use napi_derive::napi;
use seq_tensor::{Tensor, ops};

use super::random::StreamKey;
use super::{TensorHandle, failure, give};

#[napi(catch_unwind)]
pub fn gather_rows(env: Env, x: &TensorHandle, indices: &[u32]) -> Result<TensorHandle> {
    give(env, ops::gather_rows(x.tensor()?, indices))
}

#[napi(catch_unwind)]
pub fn scatter_add_rows(env: Env, x: &TensorHandle, indices: &[u32], row_count: u32) -> Result<TensorHandle> {
    give(env, ops::scatter_add_rows(x.tensor()?, indices, row_count as usize))
}

#[napi(catch_unwind)]
pub fn embed_sequences(
    env: Env,
    tokens: &[i32],
    offsets: &[u32],
    token_table: &TensorHandle,
    position_table: &TensorHandle,
) -> Result<TensorHandle> {
    let tokens = Tensor::new(tokens.to_vec(), &[tokens.len()]).map_err(failure)?;
    give(env, ops::embed_sequences(&tokens, offsets, token_table.tensor()?, position_table.tensor()?))
}

#[napi(catch_unwind)]
pub fn dropout(
    env: Env,
    x: &TensorHandle,
    offsets: &[u32],
    probability: f64,
    key: StreamKey,
    sequence_ids: &[u32],
) -> Result<TensorHandle> {
    give(env, ops::dropout(x.tensor()?, probability, key.stream(), offsets, sequence_ids))
}

#[napi(catch_unwind)]
pub fn pairwise_distance(env: Env, embeddings: &TensorHandle) -> Result<TensorHandle> {
    give(env, ops::pairwise_distance(embeddings.tensor()?))
}
