//! Recording, work that is done again, and backward.

use napi::bindgen_prelude::{ClassInstance, Function, FunctionRef};
use napi::{Env, Error, Result};
use napi_derive::napi;
use seq_tensor::Tensor;
use seq_tensor::tape::{self, Gradients, Pass, Paused, Progress};

use super::{TensorHandle, failure};

/// What happens to operations, by its name in JavaScript.
#[napi(string_enum = "lowercase", skip_typescript)]
pub enum Recording {
    On,
    Off,
    Watched,
}

impl From<Recording> for tape::Recording {
    fn from(recording: Recording) -> Self {
        match recording {
            Recording::On => Self::On,
            Recording::Off => Self::Off,
            Recording::Watched => Self::Watched,
        }
    }
}

/// Changes what happens to operations, until `endRecording`.
#[napi(catch_unwind)]
pub fn begin_recording(#[napi(ts_arg_type = "'on' | 'off' | 'watched'")] recording: Recording) {
    tape::begin_recording(recording.into());
}

/// Goes back to what was before the last `beginRecording`.
#[napi(catch_unwind)]
pub fn end_recording() {
    tape::end_recording();
}

#[napi(catch_unwind)]
pub fn is_recording() -> bool {
    tape::is_recording()
}

/// A function of JavaScript on the tape. It is held until its record is used or dropped, and never called from here.
type WorkRef = FunctionRef<(), ()>;

/// Puts watched work on the tape; gives its outputs as tensors that know their origin.
#[napi(catch_unwind)]
pub fn record_checkpoint(
    env: Env,
    #[napi(ts_arg_type = "(...inputs: any[]) => unknown")] work: Function<'_, (), ()>,
    inputs: Vec<ClassInstance<'_, TensorHandle>>,
    outputs: Vec<ClassInstance<'_, TensorHandle>>,
) -> Result<Vec<TensorHandle>> {
    let work: WorkRef = work.create_ref()?;
    let inputs = inputs.iter().map(|input| input.tensor()).collect::<Result<Vec<_>>>()?;
    let outputs = tensors(&outputs)?;
    let outputs = tape::record_checkpoint(Box::new(work), &inputs, outputs).map_err(failure)?;
    outputs.into_iter().map(|output| TensorHandle::new(env, output)).collect()
}

fn tensors(handles: &[ClassInstance<'_, TensorHandle>]) -> Result<Vec<Tensor>> {
    handles.iter().map(|handle| handle.tensor().cloned()).collect()
}

enum State {
    Going(Pass),
    Paused(Paused),
    Done(Gradients),
}

/// A backward pass: on its way, paused before work that must be done again, or done and holding gradients of variables.
#[napi]
pub struct GradientsHandle {
    state: State,
}

fn not_paused() -> Error {
    Error::from_reason("this backward pass is not paused")
}

#[napi]
impl GradientsHandle {
    /// Goes on; true if it paused.
    #[napi(catch_unwind)]
    pub fn advance(&mut self) -> Result<bool> {
        match std::mem::replace(&mut self.state, State::Done(Gradients::default())) {
            State::Going(pass) => {
                self.state = match pass.advance().map_err(failure)? {
                    Progress::Done(gradients) => State::Done(gradients),
                    Progress::Paused(paused) => State::Paused(paused),
                };
            }
            state => self.state = state,
        }
        Ok(matches!(self.state, State::Paused(_)))
    }

    /// The function that must run again.
    #[napi(catch_unwind, ts_return_type = "(...inputs: any[]) => unknown")]
    pub fn work<'env>(&self, env: &'env Env) -> Result<Function<'env, (), ()>> {
        let work = self.paused()?.work().downcast_ref::<WorkRef>().ok_or_else(not_paused)?;
        work.borrow_back(env)
    }

    /// Its inputs, with their past.
    #[napi(catch_unwind)]
    pub fn inputs(&self, env: Env) -> Result<Vec<TensorHandle>> {
        self.paused()?.inputs().iter().map(|input| TensorHandle::new(env, input.clone())).collect()
    }

    /// Takes what it returned.
    #[napi(catch_unwind)]
    pub fn resume(&mut self, outputs: Vec<ClassInstance<'_, TensorHandle>>) -> Result<()> {
        let outputs = tensors(&outputs)?;
        let State::Paused(paused) = std::mem::replace(&mut self.state, State::Done(Gradients::default())) else {
            return Err(not_paused());
        };
        self.state = State::Going(paused.resume(&outputs).map_err(failure)?);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn get(&self, env: Env, variable: &TensorHandle) -> Result<Option<TensorHandle>> {
        let State::Done(gradients) = &self.state else { return Ok(None) };
        let gradient = gradients.get(variable.tensor()?);
        gradient.map(|gradient| TensorHandle::new(env, gradient.clone())).transpose()
    }

    #[napi(catch_unwind)]
    pub fn dispose(&mut self) {
        self.state = State::Done(Gradients::default());
    }
}

impl GradientsHandle {
    fn paused(&self) -> Result<&Paused> {
        if let State::Paused(paused) = &self.state { Ok(paused) } else { Err(not_paused()) }
    }
}

/// A backward pass before its first step.
#[napi(catch_unwind)]
pub fn backward(loss: &TensorHandle) -> Result<GradientsHandle> {
    Ok(GradientsHandle { state: State::Going(Pass::new(loss.tensor()?).map_err(failure)?) })
}
