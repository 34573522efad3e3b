//! What one branch adds to the sums of two samples, in 32 bits. Knows no tree and no order of work.
//!
//! All sums are whole numbers, so their order never matters: any threads, blocks and order of samples give the same bits. A
//! term may be computed in floats, but depends on nothing but the two weights and the length, is the same for both orders,
//! and is then rounded once.

use crate::lanes::Number;

/// Sums over branches for one pair of samples; what each is for, a term says.
pub(crate) type Sums<T> = [T; 3];

/// What a sample has in all, by itself.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Totals {
    /// Over all its branches, what each adds alone.
    pub all: u32,
    /// The part of branches that are sparse.
    pub sparse: u32,
}

/// What a sample has on a branch, and what that adds for a sample that no other shares it with.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Weighed<T> {
    pub weight: T,
    pub alone: T,
}

/// A kind of distance as a sum over branches.
///
/// For dense branches [`Term::add`] is called once for every branch of the column sample, whether or not the row has it (a
/// weight of 0). For sparse branches [`Term::shared`] is asked for those that both have.
pub(crate) trait Term: Copy + Send + Sync + 'static {
    /// How many of the sums are used.
    const SUMS: usize;
    /// Cost of one branch of one column for 16 rows, in nanoseconds; only its ratio to others matters, and only for speed.
    const LANE_STEP: f64;

    /// Weight of a sample on a branch: scaled length, and share of the sample below. 0 where that is too little to count in
    /// the unit of the sums; the branch is then taken as one that the sample lacks.
    fn weight(self, length: f64, share: f64) -> u32;

    /// What a branch adds for a sample that no other shares it with, before it is rounded.
    fn unrounded(self, length: f64, share: f64) -> f64;

    /// What a branch adds for a sample that no other shares it with.
    fn alone<N: Number>(self, weight: N::U, length: f32) -> N::U;

    /// Adds a branch of the column sample. `alone` is that of the rows; `own` is the weight of the column.
    fn add<N: Number>(self, sums: &mut Sums<N::U>, rows: N::U, alone: N::U, own: N::U, length: f32);

    /// What a branch that both have adds.
    fn shared<N: Number>(self, row: Weighed<N::U>, own: Weighed<N::U>, length: f32) -> Sums<N::U>;

    /// The distance from sums and totals.
    fn distance(self, row: Totals, column: Totals, sums: Sums<u32>) -> f32;
}

/// `part / whole` of whole numbers, and 0 where there is no whole.
#[inline(always)]
pub(crate) fn fraction(part: u32, whole: u32) -> f32 {
    // No branch, so that loops over this become vectors.
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}
