//! The memory that one layer works in: what it keeps for backward and what it forgets.

use crate::encoder::stack::Shape;
use crate::groups::{Group, Sequence};
use crate::head::{HeadShape, STATISTICS};
use crate::real::Real;
use crate::workspace::Workspace;

/// What backward needs of a layer besides its input. R is the number of rows.
pub(crate) struct Kept<'a, T> {
    /// Queries, keys and values, [R, 3 D].
    pub projections: &'a mut [T],
    /// Weighted values, heads side by side, [R, D].
    pub context: &'a mut [T],
    /// Maximum and inverse sum of each row of scores, [H, 2] per row, head by head within a sequence.
    pub statistics: &'a mut [T],
    /// Rows between attention and feed-forward, [R, D].
    pub middle: &'a mut [T],
    /// Rows before the activation, [R, F].
    pub hidden: &'a mut [T],
}

impl<'a, T: Real> Kept<'a, T> {
    pub(crate) fn len(shape: Shape, rows: usize) -> usize {
        rows * (5 * shape.width + STATISTICS * shape.heads + shape.hidden)
    }

    pub(crate) fn carve(shape: Shape, rows: usize, memory: &mut Workspace<'a, T>) -> Self {
        Self {
            projections: memory.take(rows * 3 * shape.width),
            context: memory.take(rows * shape.width),
            statistics: memory.take(rows * STATISTICS * shape.heads),
            middle: memory.take(rows * shape.width),
            hidden: memory.take(rows * shape.hidden),
        }
    }
}

/// Memory for one layer forward.
pub(crate) struct ForwardScratch<'a, T> {
    pub normal: &'a mut [T],
    pub branch: &'a mut [T],
    pub activated: &'a mut [T],
    pub visibility: &'a mut [T],
    pub scores: &'a mut [T],
}

fn longest_head(shape: Shape, group: &Group) -> HeadShape {
    let longest = group.longest();
    HeadShape { queries: longest, keys: longest, width: shape.width / shape.heads }
}

/// Enough for a block of scores of every sequence up to the longest: shorter rows allow more queries.
fn block_len(shape: Shape, group: &Group) -> usize {
    let width = shape.width / shape.heads;
    let of =
        |sequence: &Sequence| HeadShape { queries: sequence.rows.len(), keys: sequence.rows.len(), width }.block_len();
    group.sequences.iter().map(of).max().unwrap_or(0)
}

impl<'a, T: Real> ForwardScratch<'a, T> {
    pub(crate) fn len(shape: Shape, group: &Group) -> usize {
        let rows = group.rows.len();
        rows * (2 * shape.width + shape.hidden) + longest_head(shape, group).row_len() + block_len(shape, group)
    }

    pub(crate) fn carve(shape: Shape, group: &Group, memory: &mut Workspace<'a, T>) -> Self {
        let rows = group.rows.len();
        Self {
            normal: memory.take(rows * shape.width),
            branch: memory.take(rows * shape.width),
            activated: memory.take(rows * shape.hidden),
            visibility: memory.take(longest_head(shape, group).row_len()),
            scores: memory.take(block_len(shape, group)),
        }
    }
}

/// Memory for one layer backward.
pub(crate) struct BackwardScratch<'a, T> {
    pub normal: &'a mut [T],
    pub branch: &'a mut [T],
    pub d_normal: &'a mut [T],
    pub d_context: &'a mut [T],
    pub d_projections: &'a mut [T],
    pub activated: &'a mut [T],
    pub slope: &'a mut [T],
    pub d_hidden: &'a mut [T],
    pub visibility: &'a mut [T],
    pub dropped: &'a mut [T],
    pub scores: &'a mut [T],
    pub d_scores: &'a mut [T],
}

impl<'a, T: Real> BackwardScratch<'a, T> {
    pub(crate) fn len(shape: Shape, group: &Group) -> usize {
        let rows = group.rows.len();
        rows * (7 * shape.width + 3 * shape.hidden)
            + 2 * longest_head(shape, group).row_len()
            + 2 * block_len(shape, group)
    }

    pub(crate) fn carve(shape: Shape, group: &Group, memory: &mut Workspace<'a, T>) -> Self {
        let (rows, row_len) = (group.rows.len(), longest_head(shape, group).row_len());
        Self {
            normal: memory.take(rows * shape.width),
            branch: memory.take(rows * shape.width),
            d_normal: memory.take(rows * shape.width),
            d_context: memory.take(rows * shape.width),
            d_projections: memory.take(rows * 3 * shape.width),
            activated: memory.take(rows * shape.hidden),
            slope: memory.take(rows * shape.hidden),
            d_hidden: memory.take(rows * shape.hidden),
            visibility: memory.take(row_len),
            dropped: memory.take(row_len),
            scores: memory.take(block_len(shape, group)),
            d_scores: memory.take(block_len(shape, group)),
        }
    }
}
