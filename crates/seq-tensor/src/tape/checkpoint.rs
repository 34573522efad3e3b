//! Work that keeps its inputs only and is done again when a gradient arrives. What the work is, only the caller knows.

use std::any::Any;

use super::recording::take_seen;
use super::{Gradient, Node};
use crate::dispatch_stored;
use crate::error::{Result, TensorError};
use crate::tensor::{DType, Stored, Tensor};

/// What the caller needs to do the work again. The tape only hands it back.
pub type Work = Box<dyn Any + Send>;

/// What the tape holds for backward in place of a record of the work.
pub struct Checkpoint {
    pub(super) work: Work,
    /// Without their past, which the node holds.
    pub(super) inputs: Vec<Tensor>,
    pub(super) outputs: Vec<Identity>,
}

pub(super) const OP: &str = "checkpoint";

/// What makes two tensors the same: their shapes, types and bits. Of the bits a mixture is kept, which tensors that differ
/// in one element never have in common.
#[derive(PartialEq, Eq)]
pub(super) struct Identity {
    shape: Vec<usize>,
    dtype: DType,
    bits: u64,
}

impl Identity {
    fn of(tensor: &Tensor) -> Result<Self> {
        /// Odd, so that multiplying by it loses nothing.
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut bits = 0u64;
        dispatch_stored!(tensor.dtype(), T => {
            for &element in tensor.elements::<T>(OP)?.iter() {
                bits = (bits.rotate_left(23) ^ element.bits()).wrapping_mul(FACTOR);
            }
            Ok(())
        })?;
        Ok(Self { shape: tensor.shape().to_vec(), dtype: tensor.dtype(), bits })
    }

    fn describe(&self) -> String {
        format!("{:?} {:?}", self.dtype, self.shape)
    }
}

/// Puts work on the tape that was done with [`super::Recording::Watched`], which still is on: its outputs are returned
/// as tensors through which gradients flow, if any are needed. `work` is kept and given back by
/// [`super::Pass::advance`], together with the inputs.
///
/// Tensors that need a gradient and that the work used without having them as inputs get theirs, too: they are used
/// again when it is done again.
///
/// # Errors
/// None of its own; those of reading the outputs.
pub fn record_checkpoint(work: Work, inputs: &[&Tensor], outputs: Vec<Tensor>) -> Result<Vec<Tensor>> {
    let seen = take_seen();
    if !seen.needs_gradient && !outputs.iter().any(Tensor::needs_gradient) {
        return Ok(outputs);
    }
    let checkpoint = Checkpoint {
        work,
        inputs: inputs.iter().map(|input| input.detach()).collect(),
        outputs: outputs.iter().map(Identity::of).collect::<Result<_>>()?,
    };
    Ok(Node::behind(OP, inputs, seen.parameters, outputs, Gradient::Again(checkpoint)))
}

/// # Errors
/// `CHECKPOINT_CHANGED` unless the outputs are what they were.
pub(super) fn require_same(expected: &[Identity], outputs: &[Tensor]) -> Result<()> {
    let found = outputs.iter().map(Identity::of).collect::<Result<Vec<_>>>()?;
    if found == expected {
        return Ok(());
    }
    let list = |identities: &[Identity]| {
        let all: Vec<_> = identities.iter().map(Identity::describe).collect();
        if all.is_empty() { "no tensor".to_owned() } else { all.join(", ") }
    };
    let (first, again) = (list(expected), list(&found));
    let again = if first == again { "other numbers".to_owned() } else { again };
    Err(TensorError::CheckpointChanged { first, again })
}
