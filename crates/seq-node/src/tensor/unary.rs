//! Element-wise functions of one tensor.

use napi::{Env, Result};
use napi_derive::napi;
use seq_tensor::ops;

use super::handle::DataType;
use super::{TensorHandle, give};

macro_rules! unary {
    ($($name:ident)*) => {
        $(#[napi(catch_unwind)]
        pub fn $name(env: Env, x: &TensorHandle) -> Result<TensorHandle> {
            give(env, ops::$name(x.tensor()?))
        })*
    };
}

unary!(neg exp ln sqrt square abs tanh sigmoid relu gelu softplus);

#[napi(catch_unwind, js_name = "ln1p")]
pub fn ln_1p(env: Env, x: &TensorHandle) -> Result<TensorHandle> {
    give(env, ops::ln_1p(x.tensor()?))
}

#[napi(catch_unwind)]
pub fn scale_shift(env: Env, x: &TensorHandle, scale: f64, shift: f64) -> Result<TensorHandle> {
    give(env, ops::scale_shift(x.tensor()?, scale, shift))
}

#[napi(catch_unwind)]
pub fn huber(env: Env, x: &TensorHandle, delta: f64) -> Result<TensorHandle> {
    give(env, ops::huber(x.tensor()?, delta))
}

#[napi(catch_unwind)]
pub fn cast(
    env: Env,
    x: &TensorHandle,
    #[napi(ts_arg_type = "'float32' | 'float64' | 'float16' | 'bfloat16' | 'int32' | 'int64' | 'uint8'")]
    dtype: DataType,
) -> Result<TensorHandle> {
    give(env, ops::cast(x.tensor()?, dtype.into()))
}
