//! The binding of `seq-tensor`: one small function per operation, and the classes that own native memory.
//!
//! Nothing here decides anything: shapes, ranges and defaults are checked on the TypeScript side or in the crate.

mod binary;
mod handle;
mod layers;
mod layout;
mod optimisers;
mod parameters;
mod random;
mod reduce;
mod rows;
mod runtime;
mod tape;
mod unary;

use napi::{Env, Error, Result};
use seq_tensor::{Tensor, TensorError};

use crate::error::{Coded, to_js};

pub(crate) use handle::TensorHandle;

impl Coded for TensorError {
    fn code(&self) -> &'static str {
        self.code()
    }
}

/// Hands the result of an operation to JavaScript.
pub(crate) fn give(env: Env, result: seq_tensor::Result<Tensor>) -> Result<TensorHandle> {
    TensorHandle::new(env, result.map_err(failure)?)
}

/// The error of an operation as it crosses.
pub(crate) fn failure(error: TensorError) -> Error {
    to_js(&error)
}
