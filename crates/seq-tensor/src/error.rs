//! The one error type of this crate.

use crate::tensor::DType;

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, TensorError>;

/// What can go wrong in a tensor operation; every variant repeats the operation and its input in short.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TensorError {
    /// The shapes of the inputs do not fit the operation or each other.
    #[error("{op}: {problem}, got {shapes}")]
    Shape {
        /// Operation.
        op: &'static str,
        /// What would have fitted.
        problem: String,
        /// The shapes as given.
        shapes: String,
    },
    /// The operation does not work on this dtype.
    #[error("{op}: {expected} expected, got {found:?}")]
    DType {
        /// Operation.
        op: &'static str,
        /// The dtype that would have fitted.
        expected: String,
        /// The dtype as given.
        found: DType,
    },
    /// An index points outside the tensor it selects from.
    #[error("{op}: index {index} at position {position} is outside 0..{limit} ({count} such indices)")]
    Index {
        /// Operation.
        op: &'static str,
        /// The first offending index.
        index: i64,
        /// Where it stands.
        position: usize,
        /// One more than the largest allowed index.
        limit: usize,
        /// How many indices are outside.
        count: usize,
    },
    /// An option of the operation has a value outside its range.
    #[error("{op}: {problem}")]
    Value {
        /// Operation.
        op: &'static str,
        /// What was found and what is allowed.
        problem: String,
    },
    /// Backward met an operation that has no gradient.
    #[error("backward: {op} has no gradient ({reason})")]
    NotDifferentiable {
        /// Operation.
        op: &'static str,
        /// Why it has none.
        reason: &'static str,
    },
    /// Backward ran twice through the same operation.
    #[error("backward: the record of {op} was already used; run the forward pass again")]
    Consumed {
        /// Operation.
        op: &'static str,
    },
    /// Backward was asked from something that is no recorded scalar.
    #[error("backward: a recorded scalar is needed, got {found}; reduce the loss with sum or mean")]
    NotScalar {
        /// What was given.
        found: String,
    },
    /// Parameters were written between forward and backward.
    #[error("backward: parameters changed after {op} recorded them; run the forward pass again")]
    ParametersChanged {
        /// Operation.
        op: &'static str,
    },
    /// The work of a checkpoint gave something else when it was done again.
    #[error(
        "checkpoint: its function returned {again} when it ran again for backward, and {first} at first; it must \
         return the same each time, so let it change nothing and count nothing"
    )]
    CheckpointChanged {
        /// The outputs of the first time.
        first: String,
        /// Those of the second, in the same words.
        again: String,
    },
    /// There is no such device here.
    #[error("there is no device {asked:?} here, only {known}")]
    Device {
        /// The name that was asked for.
        asked: String,
        /// The names that there are.
        known: String,
    },
    /// A parameter name is unknown or already taken.
    #[error("parameters: {problem}")]
    ParameterName {
        /// Which name, and what is known.
        problem: String,
    },
}

impl TensorError {
    /// Stable code of the variant.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shape { .. } => "TENSOR_SHAPE",
            Self::DType { .. } => "TENSOR_DTYPE",
            Self::Index { .. } => "TENSOR_INDEX",
            Self::Value { .. } => "TENSOR_VALUE",
            Self::NotDifferentiable { .. } => "NOT_DIFFERENTIABLE",
            Self::Consumed { .. } => "TAPE_CONSUMED",
            Self::NotScalar { .. } => "LOSS_NOT_SCALAR",
            Self::ParametersChanged { .. } => "PARAMETERS_CHANGED",
            Self::CheckpointChanged { .. } => "CHECKPOINT_CHANGED",
            Self::Device { .. } => "DEVICE_NOT_AVAILABLE",
            Self::ParameterName { .. } => "PARAMETER_NAME",
        }
    }

    /// A shape error that lists the shapes as given.
    pub fn shape(op: &'static str, problem: impl Into<String>, shapes: &[&[usize]]) -> Self {
        let shapes = shapes.iter().map(|s| format!("{s:?}")).collect::<Vec<_>>().join(", ");
        Self::Shape { op, problem: problem.into(), shapes }
    }
}
