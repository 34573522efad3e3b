//! Weighted UniFrac in 32-bit fixed point: a branch that two samples have adds the smaller of both weights.

use crate::lanes::Number;
use crate::term::{Sums, Term, Totals, Weighed, fraction};
use crate::weighted::Normalization;

/// Weights are `L p` as whole numbers. Only the first sum is used: what both samples share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SharedMinimum {
    pub normalization: Normalization,
    /// What one unit is in the unit of the tree.
    pub unit: f32,
}

impl Term for SharedMinimum {
    const SUMS: usize = 1;
    const LANE_STEP: f64 = 1.2;

    #[inline(always)]
    fn weight(self, length: f64, share: f64) -> u32 {
        (length * share + 0.5) as u32
    }

    #[inline(always)]
    fn unrounded(self, length: f64, share: f64) -> f64 {
        length * share
    }

    #[inline(always)]
    fn alone<N: Number>(self, weight: N::U, _: f32) -> N::U {
        weight
    }

    #[inline(always)]
    fn add<N: Number>(self, sums: &mut Sums<N::U>, rows: N::U, _: N::U, own: N::U, _: f32) {
        sums[0] = N::plus(sums[0], N::smaller(rows, own));
    }

    #[inline(always)]
    fn shared<N: Number>(self, row: Weighed<N::U>, own: Weighed<N::U>, _: f32) -> Sums<N::U> {
        [N::smaller(row.weight, own.weight), N::splat(0), N::splat(0)]
    }

    #[inline(always)]
    fn distance(self, row: Totals, column: Totals, [shared, ..]: Sums<u32>) -> f32 {
        let both = row.all.wrapping_add(column.all);
        let difference = both.wrapping_sub(shared).wrapping_sub(shared);
        match self.normalization {
            Normalization::Normalized => fraction(difference, both),
            Normalization::Unnormalized => difference as f32 * self.unit,
        }
    }
}
