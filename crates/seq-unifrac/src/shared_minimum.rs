//! Weighted UniFrac in 32-bit fixed point: a branch that two samples have adds the smaller of both weights.

use crate::lanes::{Number, One};
use crate::term::{Sums, Term, Totals, fraction};
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
    fn alone<N: Number>(self, weight: N::U, _: f32) -> N::U {
        weight
    }

    #[inline(always)]
    fn add<N: Number>(self, sums: &mut Sums<N::U>, rows: N::U, _: N::U, own: N::U, _: f32) {
        sums[0] = N::plus(sums[0], N::smaller(rows, own));
    }

    #[inline(always)]
    fn add_sparse(self, sums: &mut Sums<u32>, row: u32, own: u32, _: f32) {
        sums[0] = One::plus(sums[0], One::smaller(row, own));
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
