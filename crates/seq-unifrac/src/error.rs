//! What can go wrong in a computation. Knows no caller.

use seq_table::TableError;

/// Errors of this crate; each has a stable code.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum UnifracError {
    /// The caller asked to stop.
    #[error("the computation was cancelled after {done} of {total} pairs of samples.")]
    Cancelled {
        /// Pairs done.
        done: u64,
        /// Pairs asked for.
        total: u64,
    },
    /// A node that is no tip of the tree was given for a feature.
    #[error("feature {feature} was given node {node}, which is no tip of the tree.")]
    NotATip {
        /// Number of the feature.
        feature: usize,
        /// Number of the node.
        node: u32,
    },
    /// A parameter out of its range.
    #[error("{name} is {value}; it must be {range}.")]
    ParameterOutOfRange {
        /// Name of the parameter.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What is allowed, in words.
        range: &'static str,
    },
    /// The operating system refused threads.
    #[error("{threads} worker threads could not be started: {reason}. Ask for fewer.")]
    ThreadsUnavailable {
        /// Threads asked for; 0 means one per core.
        threads: usize,
        /// Reason of the operating system.
        reason: String,
    },
    /// Distances that do not fit together.
    #[error("distances in condensed form: {found}.")]
    DistancesInvalid {
        /// What is wrong, in words.
        found: String,
    },
    /// Variance adjustment of counts as they are.
    #[error(
        "variance adjustment compares parts of the reads of two samples, so it has no meaning for counts as they are. Ask for \
         one of both."
    )]
    VarianceOfCounts,
    /// Pairs of samples that do not fit the table.
    #[error("pairs of samples: {found}.")]
    PairsInvalid {
        /// What is wrong, in words.
        found: String,
    },
    /// Groups that cannot be compared.
    #[error("groups of samples: {found}.")]
    GroupsInvalid {
        /// What is wrong, in words.
        found: String,
    },
    /// A decomposition did not come to an end, which finite numbers do not cause.
    #[error("the eigenvalues of the matrix could not be found. Check its distances for extremely large values.")]
    NotConverged,
    /// The table or the tree is invalid.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl UnifracError {
    /// Stable upper-case code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled { .. } => "CANCELLED",
            Self::NotATip { .. } => "NOT_A_TIP",
            Self::ParameterOutOfRange { .. } => "PARAMETER_OUT_OF_RANGE",
            Self::ThreadsUnavailable { .. } => "THREADS_UNAVAILABLE",
            Self::DistancesInvalid { .. } => "DISTANCES_INVALID",
            Self::VarianceOfCounts => "OPTION_INVALID",
            Self::PairsInvalid { .. } => "PAIRS_INVALID",
            Self::GroupsInvalid { .. } => "GROUPS_INVALID",
            Self::NotConverged => "NOT_CONVERGED",
            Self::Table(error) => error.code(),
        }
    }
}
