//! Recording and backward.

use napi::{Env, Result};
use napi_derive::napi;
use seq_tensor::tape::{self, Gradients};

use super::{TensorHandle, failure};

/// Gradients of variables after one backward pass.
#[napi]
pub struct GradientsHandle {
    gradients: Gradients,
}

#[napi]
impl GradientsHandle {
    #[napi(catch_unwind)]
    pub fn get(&self, env: Env, variable: &TensorHandle) -> Result<Option<TensorHandle>> {
        let gradient = self.gradients.get(variable.tensor()?);
        gradient.map(|gradient| TensorHandle::new(env, gradient.clone())).transpose()
    }

    #[napi(catch_unwind)]
    pub fn dispose(&mut self) {
        self.gradients = Gradients::default();
    }
}

#[napi(catch_unwind)]
pub fn backward(loss: &TensorHandle) -> Result<GradientsHandle> {
    Ok(GradientsHandle { gradients: tape::backward(loss.tensor()?).map_err(failure)? })
}

/// Switches recording on or off and returns the former state.
#[napi(catch_unwind)]
pub fn set_recording(on: bool) -> bool {
    tape::set_recording(on)
}
