//! What a member of a group of equal workers can do together with the others.

use crate::error::Result;

/// One rank of a group. All ranks must make the same calls in the same order.
pub trait Collective {
    /// Position of this rank in the group, from 0.
    fn rank(&self) -> usize;

    /// Number of ranks.
    fn world_size(&self) -> usize;

    /// Replaces the slice by its element-wise mean over all ranks.
    ///
    /// Sums in f64 in the order of the ranks and rounds once, so every rank gets the same bits, and so does
    /// every repetition.
    ///
    /// # Errors
    /// `COLLECTIVE_LENGTH` on all ranks if the lengths differ, `COLLECTIVE_CALL` if another rank makes
    /// another call, `COLLECTIVE_RANK_LEFT` if one is gone. The slice is unchanged then.
    fn all_reduce_mean(&mut self, values: &mut [f32]) -> Result<()>;

    /// Returns when all ranks have called it.
    ///
    /// # Errors
    /// `COLLECTIVE_CALL`, `COLLECTIVE_RANK_LEFT`.
    fn barrier(&mut self) -> Result<()>;
}
