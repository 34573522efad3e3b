//! Element-wise functions of two tensors, with broadcasting.

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

binary!(add sub mul div maximum minimum);
