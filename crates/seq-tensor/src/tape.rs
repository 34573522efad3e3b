//! Reverse-mode differentiation: what was computed, and how a gradient flows back through it.
//!
//! Nodes are numbered as they are made, so descending order of their numbers is a valid backward
//! order. A node is used once: its backward consumes what it saved, so memory falls on the way.
//! Convention: gradients of parameters accumulate (`+=`) in their store; gradients of everything else
//! are made anew, and the first that reaches a tensor moves.

mod checkpoint;
mod pass;
mod recording;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::error::Result;
use crate::parameters::Parameter;
use crate::tensor::{Origin, Tensor};

pub use checkpoint::{Work, record_checkpoint};
pub use pass::{Gradients, Pass, Paused, Progress, backward};
pub use recording::{Recording, begin_recording, end_recording, is_recording, no_grad};

use checkpoint::Checkpoint;

/// From the gradients of the outputs (none where nothing arrived) to those of the inputs (none where
/// none is needed), in the order in which the inputs were recorded.
pub type Backward = Box<dyn FnOnce(&[Option<Tensor>]) -> Result<Vec<Option<Tensor>>> + Send>;

/// Whether and how an operation sends gradients back. There is no default.
pub enum Gradient {
    /// It does, by this function. Saved tensors must be detached.
    Backward(Backward),
    /// It cannot, for this reason; backward through it is an error.
    NotDifferentiable(&'static str),
    /// It stands for work that is done again, see [`record_checkpoint`].
    Again(Checkpoint),
}

enum Edge {
    None,
    Variable(u64),
    Parameter(Parameter),
    Node(Arc<Node>, usize),
}

impl Edge {
    /// The way of a gradient that reaches this tensor.
    fn to(tensor: &Tensor) -> Self {
        match tensor.origin() {
            _ if !tensor.needs_gradient() => Self::None,
            Origin::Constant => Self::None,
            Origin::Variable(id) => Self::Variable(*id),
            Origin::Parameter(parameter) => Self::Parameter(parameter.clone()),
            Origin::Recorded(node, output) => Self::Node(Arc::clone(node), *output),
        }
    }

    /// Back to where a tensor came from.
    fn into_origin(self) -> Origin {
        match self {
            Self::None => Origin::Constant,
            Self::Variable(id) => Origin::Variable(id),
            Self::Parameter(parameter) => Origin::Parameter(parameter),
            Self::Node(node, output) => Origin::Recorded(node, output),
        }
    }
}

/// One recorded operation.
pub struct Node {
    id: u64,
    op: &'static str,
    inputs: Mutex<Vec<Edge>>,
    parameter_versions: Vec<(Parameter, u64)>,
    output_count: usize,
    gradient: Mutex<Option<Gradient>>,
}

impl Drop for Node {
    /// Frees long chains without recursion.
    fn drop(&mut self) {
        let mut open = std::mem::take(self.inputs.get_mut());
        while let Some(edge) = open.pop() {
            if let Edge::Node(node, _) = edge
                && let Some(mut node) = Arc::into_inner(node)
            {
                open.append(node.inputs.get_mut());
            }
        }
    }
}

static NEXT_NODE: AtomicU64 = AtomicU64::new(0);

impl Node {
    /// Puts a node behind these outputs, which are returned as tensors that know it.
    fn behind(
        op: &'static str,
        inputs: &[&Tensor],
        parameter_versions: Vec<(Parameter, u64)>,
        outputs: Vec<Tensor>,
        gradient: Gradient,
    ) -> Vec<Tensor> {
        let node = Arc::new(Self {
            id: NEXT_NODE.fetch_add(1, Ordering::Relaxed),
            op,
            inputs: Mutex::new(inputs.iter().map(|input| Edge::to(input)).collect()),
            parameter_versions,
            output_count: outputs.len(),
            gradient: Mutex::new(Some(gradient)),
        });
        outputs.into_iter().enumerate().map(|(i, output)| output.recorded(Arc::clone(&node), i)).collect()
    }
}

/// True if an operation on these inputs would be recorded, so that it must save what backward needs.
pub fn will_record(inputs: &[&Tensor]) -> bool {
    recording::meet(inputs) && inputs.iter().any(|input| input.needs_gradient())
}

/// Records an operation and returns its outputs as tensors that know their origin.
///
/// `gradient` is called only if something is recorded; otherwise the outputs stay constants.
pub fn record(
    op: &'static str,
    inputs: &[&Tensor],
    outputs: Vec<Tensor>,
    gradient: impl FnOnce() -> Gradient,
) -> Vec<Tensor> {
    if !will_record(inputs) {
        return outputs;
    }
    Node::behind(op, inputs, versions_of(inputs), outputs, gradient())
}

fn versions_of(inputs: &[&Tensor]) -> Vec<(Parameter, u64)> {
    let shown = inputs.iter().filter_map(|input| input.shown_parameter());
    shown.map(|parameter| (parameter.clone(), parameter.version())).collect()
}

/// [`record`] for the common case of one output.
pub fn record_one(
    op: &'static str,
    inputs: &[&Tensor],
    output: Tensor,
    backward: impl FnOnce(Tensor) -> Result<Vec<Option<Tensor>>> + Send + 'static,
) -> Tensor {
    let gradient = || {
        Gradient::Backward(Box::new(move |gradients: &[Option<Tensor>]| match &gradients[0] {
            Some(gradient) => backward(gradient.clone()),
            None => Ok(Vec::new()),
        }))
    };
    let mut outputs = record(op, inputs, vec![output], gradient);
    outputs.swap_remove(0)
}

#[cfg(test)]
mod tests;
