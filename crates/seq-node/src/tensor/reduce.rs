//! Reductions over axes.

use napi::{Env, Result};
use napi_derive::napi;
use seq_tensor::ops::{self, ReducedAxes};

use super::handle::to_shape;
use super::{TensorHandle, give};

fn reduced(keep: bool) -> ReducedAxes {
    if keep { ReducedAxes::Keep } else { ReducedAxes::Drop }
}

macro_rules! reduce {
    ($($name:ident)*) => {
        $(#[napi(catch_unwind)]
        pub fn $name(env: Env, x: &TensorHandle, axes: Vec<u32>, keep: bool) -> Result<TensorHandle> {
            give(env, ops::$name(x.tensor()?, &to_shape(&axes), reduced(keep)))
        })*
    };
}

reduce!(sum mean max);

#[napi(catch_unwind)]
pub fn argmax(env: Env, x: &TensorHandle, axis: u32) -> Result<TensorHandle> {
    give(env, ops::argmax(x.tensor()?, axis as usize))
}
