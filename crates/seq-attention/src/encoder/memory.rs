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

    /// Bytes of one layer's numbers.
    pub(crate) fn bytes(shape: Shape, rows: usize) -> usize {
        rows * (5 * shape.width + STATISTICS * shape.heads + shape.hidden) * size_of::<T>()
    }
}

/// What backward can make again from a layer's input and [`Kept`] without a large product, so that only
/// [`super::Recompute::All`] keeps it.
pub(crate) struct Repeated<T: Real> {
    /// Rows after the first norm, [R, D].
    pub attention_normal: Scratch<T>,
    /// Rows after the second norm, [R, D].
    pub feed_forward_normal: Scratch<T>,
    /// Rows after the activation and its drops, [R, F].
    pub activated: Scratch<T>,
    /// Derivatives of the latter by what went in, [R, F]; empty where forward has no use for them.
    pub slope: Scratch<T>,
}

impl<T: Real> Repeated<T> {
    pub(crate) fn new(shape: Shape, rows: usize) -> Self {
        Self { slope: Scratch::new(rows * shape.hidden), ..Self::without_slope(shape, rows) }
    }

    fn without_slope(shape: Shape, rows: usize) -> Self {
        Self {
            attention_normal: Scratch::new(rows * shape.width),
            feed_forward_normal: Scratch::new(rows * shape.width),
            activated: Scratch::new(rows * shape.hidden),
            slope: Scratch::new(0),
        }
    }

    /// Bytes of one layer's numbers.
    pub(crate) fn bytes(shape: Shape, rows: usize) -> usize {
        rows * (2 * shape.width + 2 * shape.hidden) * size_of::<T>()
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
    pub branch: Scratch<T>,
    pub visibility: Scratch<T>,
    pub scores: Scratch<T>,
}

impl<T: Real> ForwardScratch<T> {
    pub(crate) fn new(shape: Shape, group: &Group) -> Self {
        let (rows, (row_len, block_len)) = (group.rows.len(), score_lens(shape, group));
        Self {
            branch: Scratch::new(rows * shape.width),
            visibility: Scratch::new(row_len),
            scores: Scratch::new(block_len),
        }
    }

    /// For what [`Repeated`] holds where nothing of it is kept.
    pub(crate) fn passing(shape: Shape, group: &Group) -> Repeated<T> {
        Repeated::without_slope(shape, group.rows.len())
    }
}

/// Memory for one layer backward.
pub(crate) struct BackwardScratch<T: Real> {
    pub branch: Scratch<T>,
    pub d_normal: Scratch<T>,
    pub d_context: Scratch<T>,
    pub d_projections: Scratch<T>,
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
            branch: Scratch::new(rows * shape.width),
            d_normal: Scratch::new(rows * shape.width),
            d_context: Scratch::new(rows * shape.width),
            d_projections: Scratch::new(rows * 3 * shape.width),
            d_hidden: Scratch::new(rows * shape.hidden),
            visibility: Scratch::new(row_len),
            dropped: Scratch::new(row_len),
            scores: Scratch::new(block_len),
            d_scores: Scratch::new(block_len),
        }
    }
}
