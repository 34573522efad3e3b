//! Element-wise functions of two or three tensors, with broadcasting.

use napi::{Env, Result};
use napi_derive::napi;
use seq_tensor::ops;

use super::{TensorHandle, give};

macro_rules! binary {
    ($($name:ident)*) => {
        $(#[napi(catch_unwind)]
        pub fn $name(env: Env, a: &TensorHandle, b: &TensorHandle) -> Result<TensorHandle> {
            give(env, ops::$name(a.tensor()?, b.tensor()?))
        })*
    };
}

binary!(add sub mul div maximum minimum greater equal);

#[napi(catch_unwind)]
pub fn where_mask(env: Env, mask: &TensorHandle, a: &TensorHandle, b: &TensorHandle) -> Result<TensorHandle> {
    give(env, ops::where_mask(mask.tensor()?, a.tensor()?, b.tensor()?))
}
