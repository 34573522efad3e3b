//! The one error type of this crate.

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, AllreduceError>;

/// What can go wrong in a collective call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AllreduceError {
    /// The ranks brought slices of different lengths; no slice was changed.
    #[error("all_reduce_mean: every rank must bring a slice of one length, got {lengths:?} in the order of the ranks")]
    LengthMismatch {
        /// The lengths, by rank.
        lengths: Vec<usize>,
    },
    /// Some ranks asked for a mean while others waited at a barrier; no slice was changed.
    #[error("{asked}: all ranks must make the same call, but rank {other_rank} is in {other}")]
    CallMismatch {
        /// What this rank called.
        asked: &'static str,
        /// What the first rank with another call is in.
        other: &'static str,
        /// That rank.
        other_rank: usize,
    },
    /// A rank of the group was dropped, so the call can never complete.
    #[error("{asked}: rank {rank} has left the group; start a new group with the ranks that remain")]
    RankLeft {
        /// What this rank called.
        asked: &'static str,
        /// The first rank that left.
        rank: usize,
    },
    /// A group needs at least one rank.
    #[error("local_group: at least one rank is needed, got 0")]
    NoRanks,
}

impl AllreduceError {
    /// Stable code of the variant.
    pub fn code(&self) -> &'static str {
        match self {
            Self::LengthMismatch { .. } => "COLLECTIVE_LENGTH",
            Self::CallMismatch { .. } => "COLLECTIVE_CALL",
            Self::RankLeft { .. } => "COLLECTIVE_RANK_LEFT",
            Self::NoRanks => "COLLECTIVE_EMPTY",
        }
    }
}
