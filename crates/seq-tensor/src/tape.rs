//! Reverse-mode differentiation: what was computed, and how a gradient flows back through it.
//!
//! Nodes are numbered as they are made, so descending order of their numbers is a valid backward
//! order. A node is used once: its backward consumes what it saved, so memory falls on the way.
//! Convention: gradients of parameters accumulate (`+=`) in their store; gradients of everything else
//! are made anew, and the first that reaches a tensor moves.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::dispatch_float;
use crate::error::{Result, TensorError};
use crate::parameters::Parameter;
use crate::tensor::{DType, Origin, Tensor};

/// From the gradients of the outputs (none where nothing arrived) to those of the inputs (none where
/// none is needed), in the order in which the inputs were recorded.
pub type Backward = Box<dyn FnOnce(&[Option<Tensor>]) -> Result<Vec<Option<Tensor>>> + Send>;

/// Whether and how an operation sends gradients back. There is no default.
pub enum Gradient {
    /// It does, by this function. Saved tensors must be detached.
    Backward(Backward),
    /// It cannot, for this reason; backward through it is an error.
    NotDifferentiable(&'static str),
}

enum Edge {
    None,
    Variable(u64),
    Parameter(Parameter),
    Node(Arc<Node>, usize),
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

thread_local! {
    static RECORDING: Cell<bool> = const { Cell::new(true) };
}

/// True while operations on this thread are recorded.
pub fn is_recording() -> bool {
    RECORDING.get()
}

/// Switches recording on this thread on or off and returns the former state.
pub fn set_recording(on: bool) -> bool {
    RECORDING.replace(on)
}

/// Runs `work` without recording anything.
pub fn no_grad<R>(work: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            set_recording(self.0);
        }
    }
    let _restore = Restore(set_recording(false));
    work()
}

/// True if an operation on these inputs would be recorded, so that it must save what backward needs.
pub fn will_record(inputs: &[&Tensor]) -> bool {
    is_recording() && inputs.iter().any(|input| input.needs_gradient())
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
    let mut parameter_versions = Vec::new();
    let edges = inputs.iter().map(|input| {
        if let Some(parameter) = input.shown_parameter() {
            parameter_versions.push((parameter.clone(), parameter.version()));
        }
        match input.origin() {
            _ if !input.needs_gradient() => Edge::None,
            Origin::Constant => Edge::None,
            Origin::Variable(id) => Edge::Variable(*id),
            Origin::Parameter(parameter) => Edge::Parameter(parameter.clone()),
            Origin::Recorded(node, output) => Edge::Node(Arc::clone(node), *output),
        }
    });
    let edges = edges.collect();
    let node = Arc::new(Node {
        id: NEXT_NODE.fetch_add(1, Ordering::Relaxed),
        op,
        inputs: Mutex::new(edges),
        parameter_versions,
        output_count: outputs.len(),
        gradient: Mutex::new(Some(gradient())),
    });
    outputs.into_iter().enumerate().map(|(i, output)| output.recorded(Arc::clone(&node), i)).collect()
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

/// The gradients of the variables that a backward pass reached.
#[derive(Default)]
pub struct Gradients {
    by_variable: HashMap<u64, Tensor>,
}

impl Gradients {
    /// The gradient of a variable; none if the loss does not depend on it.
    pub fn get(&self, variable: &Tensor) -> Option<&Tensor> {
        match variable.origin() {
            Origin::Variable(id) => self.by_variable.get(id),
            _ => None,
        }
    }
}

fn add(slot: &mut Option<Tensor>, gradient: Tensor) -> Result<()> {
    *slot = Some(match slot.take() {
        None => gradient,
        Some(sum) => dispatch_float!("backward", sum.dtype(), T => sum.accumulate::<T>(&gradient))?,
    });
    Ok(())
}

/// Sends the gradient 1 of a scalar back to every parameter (accumulated in its store) and variable
/// (returned) that it was computed from.
///
/// # Errors
/// `LOSS_NOT_SCALAR`, `TAPE_CONSUMED`, `NOT_DIFFERENTIABLE`, `PARAMETERS_CHANGED`.
pub fn backward(loss: &Tensor) -> Result<Gradients> {
    let Origin::Recorded(root, output) = loss.origin() else {
        return Err(TensorError::NotScalar { found: format!("{loss:?} without recorded operations") });
    };
    let one = match (loss.len(), loss.dtype()) {
        (1, DType::F32) => Tensor::new(vec![1f32], loss.shape())?,
        (1, DType::F64) => Tensor::new(vec![1f64], loss.shape())?,
        _ => {
            return Err(TensorError::NotScalar { found: format!("{loss:?}") });
        }
    };
    let mut variables: HashMap<u64, Option<Tensor>> = HashMap::new();
    let mut pending: BTreeMap<u64, (Arc<Node>, Vec<Option<Tensor>>)> = BTreeMap::new();
    let mut seed = vec![None; root.output_count];
    seed[*output] = Some(one);
    pending.insert(root.id, (Arc::clone(root), seed));

    while let Some((_, (node, gradients))) = pending.pop_last() {
        for (edge, gradient) in step(&node, &gradients)? {
            match edge {
                Edge::None => {}
                Edge::Variable(id) => add(variables.entry(id).or_default(), gradient)?,
                Edge::Parameter(parameter) => parameter.accumulate_gradient(&gradient)?,
                Edge::Node(input, output) => {
                    let slots =
                        pending.entry(input.id).or_insert_with(|| (Arc::clone(&input), vec![None; input.output_count]));
                    add(&mut slots.1[output], gradient)?;
                }
            }
        }
    }
    let by_variable = variables.into_iter().filter_map(|(id, gradient)| Some((id, gradient?))).collect();
    Ok(Gradients { by_variable })
}

/// Runs one node's backward and pairs each gradient with where it goes.
fn step(node: &Node, gradients: &[Option<Tensor>]) -> Result<Vec<(Edge, Tensor)>> {
    let op = node.op;
    let backward = match node.gradient.lock().take() {
        None => return Err(TensorError::Consumed { op }),
        Some(Gradient::NotDifferentiable(reason)) => {
            return Err(TensorError::NotDifferentiable { op, reason });
        }
        Some(Gradient::Backward(backward)) => backward,
    };
    if node.parameter_versions.iter().any(|(parameter, version)| parameter.version() != *version) {
        return Err(TensorError::ParametersChanged { op });
    }
    let input_gradients = no_grad(|| backward(gradients))?;
    let edges = std::mem::take(&mut *node.inputs.lock());
    assert!(
        input_gradients.len() <= edges.len(),
        "{op} returned {} gradients for {} inputs",
        input_gradients.len(),
        edges.len()
    );
    Ok(edges.into_iter().zip(input_gradients).filter_map(|(edge, gradient)| Some((edge, gradient?))).collect())
}

#[cfg(test)]
mod tests;
