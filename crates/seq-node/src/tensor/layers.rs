//! Matrix products, linear maps, norms, softmax and the losses on them.

use napi::bindgen_prelude::ClassInstance;
use napi::{Env, Result};
use napi_derive::napi;
use seq_tensor::tensor::Buffer;
use seq_tensor::{Tensor, ops};

use super::handle::{Elements, to_buffer};
use super::{TensorHandle, failure, give};

#[napi(catch_unwind)]
pub fn matmul(env: Env, a: &TensorHandle, b: &TensorHandle) -> Result<TensorHandle> {
    give(env, ops::matmul(a.tensor()?, b.tensor()?))
}

#[napi(catch_unwind)]
pub fn linear(
    env: Env,
    x: &TensorHandle,
    weight: &TensorHandle,
    bias: Option<ClassInstance<'_, TensorHandle>>,
) -> Result<TensorHandle> {
    let bias = bias.as_ref().map(|bias| bias.tensor()).transpose()?;
    give(env, ops::linear(x.tensor()?, weight.tensor()?, bias))
}

#[napi(catch_unwind)]
pub fn layer_norm(
    env: Env,
    x: &TensorHandle,
    weight: &TensorHandle,
    bias: &TensorHandle,
    epsilon: f64,
) -> Result<TensorHandle> {
    give(env, ops::layer_norm(x.tensor()?, weight.tensor()?, bias.tensor()?, epsilon))
}

#[napi(catch_unwind)]
pub fn softmax(env: Env, x: &TensorHandle) -> Result<TensorHandle> {
    give(env, ops::softmax(x.tensor()?))
}

#[napi(catch_unwind)]
pub fn log_softmax(env: Env, x: &TensorHandle) -> Result<TensorHandle> {
    give(env, ops::log_softmax(x.tensor()?))
}

macro_rules! class_loss {
    ($($name:ident)*) => {
        $(#[napi(catch_unwind)]
        pub fn $name(env: Env, x: &TensorHandle, targets: &[i32], weights: Option<Elements>) -> Result<TensorHandle> {
            let targets = vector(Buffer::I32(targets.to_vec()))?;
            let weights = weights.map(|weights| vector(to_buffer(&weights))).transpose()?;
            give(env, ops::$name(x.tensor()?, &targets, weights.as_ref()))
        })*
    };
}

class_loss!(cross_entropy nll);

fn vector(buffer: Buffer) -> Result<Tensor> {
    let len = buffer.len();
    Tensor::from_buffer(buffer, &[len]).map_err(failure)
}
