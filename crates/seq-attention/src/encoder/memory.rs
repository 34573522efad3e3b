//! The memory that one layer works in: what it keeps for backward and what it forgets.

use crate::encoder::stack::Shape;
use crate::groups::{Group, Sequence};
use crate::head::{HeadShape, STATISTICS};
use crate::real::Real;
use crate::scratch::Scratch;

/// What backward needs of a layer besides its input. R is the number of rows.
pub(crate) struct Kept<T: Real> {
    /// Queries, keys and values, [R, 3 D].
    pub projections: Scratch<T>,
    /// Weighted values, heads side by side, [R, D].
    pub context: Scratch<T>,
    /// Maximum and inverse sum of each row of scores, head by head within a sequence.
    pub statistics: Scratch<T>,
    /// Rows between attention and feed-forward, [R, D].
    pub middle: Scratch<T>,
    /// Rows before the activation, [R, F].
    pub hidden: Scratch<T>,
}

impl<T: Real> Kept<T> {
    pub(crate) fn new(shape: Shape, rows: usize) -> Self {
        Self {
            projections: Scratch::new(rows * 3 * shape.width),
            context: Scratch::new(rows * shape.width),
            statistics: Scratch::new(rows * STATISTICS * shape.heads),
            middle: Scratch::new(rows * shape.width),
            hidden: Scratch::new(rows * shape.hidden),
        }
    }
}

/// Sizes for the scores of a group's sequences: those of one row, and those of a block of rows.
fn score_lens(shape: Shape, group: &Group) -> (usize, usize) {
    let of = |sequence: &Sequence| {
        let len = sequence.rows.len();
        HeadShape { queries: len, keys: len, width: shape.width / shape.heads }
    };
    let largest = |len: fn(HeadShape) -> usize| group.sequences.iter().map(of).map(len).max().unwrap_or(0);
    (largest(HeadShape::row_len), largest(HeadShape::block_len))
}

/// Memory for one layer forward.
pub(crate) struct ForwardScratch<T: Real> {
    pub normal: Scratch<T>,
    pub branch: Scratch<T>,
    pub activated: Scratch<T>,
    pub visibility: Scratch<T>,
    pub scores: Scratch<T>,
}

impl<T: Real> ForwardScratch<T> {
    pub(crate) fn new(shape: Shape, group: &Group) -> Self {
        let (rows, (row_len, block_len)) = (group.rows.len(), score_lens(shape, group));
        Self {
            normal: Scratch::new(rows * shape.width),
            branch: Scratch::new(rows * shape.width),
            activated: Scratch::new(rows * shape.hidden),
            visibility: Scratch::new(row_len),
            scores: Scratch::new(block_len),
        }
    }
}

/// Memory for one layer backward.
pub(crate) struct BackwardScratch<T: Real> {
    pub normal: Scratch<T>,
    pub branch: Scratch<T>,
    pub d_normal: Scratch<T>,
    pub d_context: Scratch<T>,
    pub d_projections: Scratch<T>,
    pub activated: Scratch<T>,
    pub slope: Scratch<T>,
    pub d_hidden: Scratch<T>,
    pub visibility: Scratch<T>,
    pub dropped: Scratch<T>,
    pub scores: Scratch<T>,
    pub d_scores: Scratch<T>,
}

impl<T: Real> BackwardScratch<T> {
    pub(crate) fn new(shape: Shape, group: &Group) -> Self {
        let (rows, (row_len, block_len)) = (group.rows.len(), score_lens(shape, group));
        Self {
            normal: Scratch::new(rows * shape.width),
            branch: Scratch::new(rows * shape.width),
            d_normal: Scratch::new(rows * shape.width),
            d_context: Scratch::new(rows * shape.width),
            d_projections: Scratch::new(rows * 3 * shape.width),
            activated: Scratch::new(rows * shape.hidden),
            slope: Scratch::new(rows * shape.hidden),
            d_hidden: Scratch::new(rows * shape.hidden),
            visibility: Scratch::new(row_len),
            dropped: Scratch::new(row_len),
            scores: Scratch::new(block_len),
            d_scores: Scratch::new(block_len),
        }
    }
}
