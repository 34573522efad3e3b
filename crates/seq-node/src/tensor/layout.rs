//! Operations that move elements without computing.

use napi::bindgen_prelude::ClassInstance;
use napi::{Env, Result};
use napi_derive::napi;
use seq_tensor::ops;

use super::handle::to_shape;
use super::{TensorHandle, give};

#[napi(catch_unwind)]
pub fn reshape(env: Env, x: &TensorHandle, shape: Vec<u32>) -> Result<TensorHandle> {
    give(env, ops::reshape(x.tensor()?, &to_shape(&shape)))
}

#[napi(catch_unwind)]
pub fn expand(env: Env, x: &TensorHandle, shape: Vec<u32>) -> Result<TensorHandle> {
    give(env, ops::expand(x.tensor()?, &to_shape(&shape)))
}

#[napi(catch_unwind)]
pub fn permute(env: Env, x: &TensorHandle, axes: Vec<u32>) -> Result<TensorHandle> {
    give(env, ops::permute(x.tensor()?, &to_shape(&axes)))
}

#[napi(catch_unwind)]
pub fn slice(env: Env, x: &TensorHandle, axis: u32, start: u32, end: u32) -> Result<TensorHandle> {
    give(env, ops::slice(x.tensor()?, axis as usize, start as usize, end as usize))
}

#[napi(catch_unwind)]
pub fn concat(env: Env, inputs: Vec<ClassInstance<'_, TensorHandle>>, axis: u32) -> Result<TensorHandle> {
    let inputs = inputs.iter().map(|input| input.tensor()).collect::<Result<Vec<_>>>()?;
    give(env, ops::concat(&inputs, axis as usize))
}
