//! The way back from a loss, in stretches: it pauses where the caller must do work again.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::checkpoint::{Checkpoint, Identity, OP, Work, require_same};
use super::{Edge, Gradient, Node, no_grad};
use crate::dispatch_float;
use crate::error::{Result, TensorError};
use crate::tensor::{DType, Origin, Tensor};

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

/// A node with the gradients that have reached its outputs so far.
type Reached = (Arc<Node>, Vec<Option<Tensor>>);

/// A way back that has not come to its end.
pub struct Pass {
    variables: HashMap<u64, Option<Tensor>>,
    pending: BTreeMap<u64, Reached>,
}

/// How far a way back has come.
pub enum Progress {
    /// It is done.
    Done(Gradients),
    /// Work must be done again.
    Paused(Paused),
}

/// A way back that waits for work to be done again, with recording on.
pub struct Paused {
    pass: Pass,
    work: Work,
    inputs: Vec<Tensor>,
    expected: Vec<Identity>,
    gradients: Vec<Option<Tensor>>,
}

impl Pass {
    /// The way back from a scalar, whose gradient is 1.
    ///
    /// # Errors
    /// `LOSS_NOT_SCALAR`.
    pub fn new(loss: &Tensor) -> Result<Self> {
        if !matches!(loss.origin(), Origin::Recorded(..)) {
            return Err(TensorError::NotScalar { found: format!("{loss:?} without recorded operations") });
        }
        let one = match (loss.len(), loss.dtype()) {
            (1, DType::F32) => Tensor::new(vec![1f32], loss.shape())?,
            (1, DType::F64) => Tensor::new(vec![1f64], loss.shape())?,
            _ => return Err(TensorError::NotScalar { found: format!("{loss:?}") }),
        };
        let mut pass = Self { variables: HashMap::new(), pending: BTreeMap::new() };
        pass.send(Edge::to(loss), one)?;
        Ok(pass)
    }

    fn send(&mut self, edge: Edge, gradient: Tensor) -> Result<()> {
        match edge {
            Edge::None => Ok(()),
            Edge::Variable(id) => add(self.variables.entry(id).or_default(), gradient),
            Edge::Parameter(parameter) => parameter.accumulate_gradient(&gradient),
            Edge::Node(node, output) => {
                let reached = self.pending.entry(node.id);
                let (_, slots) = reached.or_insert_with(|| (Arc::clone(&node), vec![None; node.output_count]));
                add(&mut slots[output], gradient)
            }
        }
    }

    /// Goes back until the end or until work must be done again.
    ///
    /// # Errors
    /// `TAPE_CONSUMED`, `NOT_DIFFERENTIABLE`, `PARAMETERS_CHANGED`.
    pub fn advance(mut self) -> Result<Progress> {
        while let Some((_, (node, gradients))) = self.pending.pop_last() {
            match take_gradient(&node)? {
                Gradient::NotDifferentiable(reason) => {
                    return Err(TensorError::NotDifferentiable { op: node.op, reason });
                }
                Gradient::Backward(backward) => {
                    let input_gradients = no_grad(|| backward(&gradients))?;
                    let edges = std::mem::take(&mut *node.inputs.lock());
                    assert!(
                        input_gradients.len() <= edges.len(),
                        "{} returned {} gradients for {} inputs",
                        node.op,
                        input_gradients.len(),
                        edges.len()
                    );
                    for (edge, gradient) in edges.into_iter().zip(input_gradients) {
                        gradient.map_or(Ok(()), |gradient| self.send(edge, gradient))?;
                    }
                }
                Gradient::Again(Checkpoint { work, inputs, outputs }) => {
                    let edges = std::mem::take(&mut *node.inputs.lock());
                    let inputs = inputs.into_iter().zip(edges);
                    return Ok(Progress::Paused(Paused {
                        pass: self,
                        work,
                        inputs: inputs.map(|(input, edge)| input.with_origin(edge.into_origin())).collect(),
                        expected: outputs,
                        gradients,
                    }));
                }
            }
        }
        let by_variable = self.variables.into_iter().filter_map(|(id, gradient)| Some((id, gradient?))).collect();
        Ok(Progress::Done(Gradients { by_variable }))
    }
}

impl Paused {
    /// What [`super::record_checkpoint`] was given.
    pub fn work(&self) -> &Work {
        &self.work
    }

    /// The inputs of the work, with their past.
    pub fn inputs(&self) -> &[Tensor] {
        &self.inputs
    }

    /// Goes on through what was recorded when the work was done again.
    ///
    /// The new record has the highest numbers, so it is next, and what it was computed from follows in the order that it
    /// would have without the pause: all sums are made in the same order.
    ///
    /// # Errors
    /// `CHECKPOINT_CHANGED` unless the outputs are, bit for bit, those of the first time.
    pub fn resume(self, outputs: &[Tensor]) -> Result<Pass> {
        let Self { mut pass, expected, gradients, .. } = self;
        require_same(&expected, outputs)?;
        for (output, gradient) in outputs.iter().zip(gradients) {
            gradient.map_or(Ok(()), |gradient| pass.send(Edge::to(output), gradient))?;
        }
        Ok(pass)
    }
}

/// What a node does with gradients; it does it once.
fn take_gradient(node: &Node) -> Result<Gradient> {
    let Some(gradient) = node.gradient.lock().take() else {
        return Err(TensorError::Consumed { op: node.op });
    };
    if node.parameter_versions.iter().any(|(parameter, version)| parameter.version() != *version) {
        return Err(TensorError::ParametersChanged { op: node.op });
    }
    Ok(gradient)
}

/// Sends the gradient 1 of a scalar back to every parameter (accumulated in its store) and variable
/// (returned) that it was computed from. It can do no work again; [`Pass`] lets the caller do it.
///
/// # Errors
/// `LOSS_NOT_SCALAR`, `TAPE_CONSUMED`, `NOT_DIFFERENTIABLE`, `PARAMETERS_CHANGED`.
pub fn backward(loss: &Tensor) -> Result<Gradients> {
    match Pass::new(loss)?.advance()? {
        Progress::Done(gradients) => Ok(gradients),
        Progress::Paused(_) => {
            Err(TensorError::NotDifferentiable { op: OP, reason: "its work can only be done again by its caller" })
        }
    }
}
