//! Variance-adjusted UniFrac: each branch is divided by the standard deviation that chance would give it.
//!
//! With `m_b` the counts of both samples below a branch and `m` all their counts, each term is divided by
//! `v = sqrt(m_b (m - m_b))`; generalised, `s` becomes `s / v`. A branch with all counts of both samples below has no variance
//! and is left out. That is decided by tips: with fractional counts, `m - m_b` may come out as rounding noise.

use seq_table::SampleCounts;

use crate::adjusted_kernel::{AdjustedKernel, AdjustedTerm};
use crate::float::Float;
use crate::kernel::Kernel;
use crate::sample_branches::SampleBranches;
use crate::space::PhylogeneticSpace;
use crate::tree_distances::TreeMetric;

/// Rows of a tile in 64 bits. More rows have more branches that only some of them have.
const ROWS: usize = 8;
/// Rows of a tile in 32 bits.
const ROWS_IN_32_BITS: usize = 16;
/// Whole numbers up to here, and sums of two, are exact in 32 bits.
const MOST_READS: f64 = (1u64 << 23) as f64;
/// The shortest branch in 32 bits, as part of the longest.
const SHORTEST: f64 = 1e-30;

/// Chang et al. 2011, doi:10.1186/1471-2105-12-118.
pub(crate) fn exact(space: &PhylogeneticSpace, table: &SampleCounts<'_>, metric: TreeMetric) -> Box<dyn Kernel<f64>> {
    adjusted::<f64, ROWS>(space, SampleBranches::new(space, table), metric)
}

/// As [`exact`] within 1e-6; nothing where 32 bits are too few: for fractional counts, more than eight million reads in a
/// sample, or branches of extremely different lengths.
pub(crate) fn in_32_bits(
    space: &PhylogeneticSpace,
    table: &SampleCounts<'_>,
    metric: TreeMetric,
) -> Option<Box<dyn Kernel<f32>>> {
    let is_whole = |sample| table.sample(sample).all(|(_, count)| count.fract() == 0.0);
    let longest = space.lengths.iter().copied().fold(0.0, f64::max);
    let is_long = |&length: &f64| length == 0.0 || length >= longest * SHORTEST;
    if !(0..table.sample_count()).all(is_whole) || !space.lengths.iter().all(is_long) {
        return None;
    }
    let branches = SampleBranches::new(space, table);
    let is_few = branches.totals.iter().all(|&total| total <= MOST_READS);
    is_few.then(|| adjusted::<f32, ROWS_IN_32_BITS>(space, branches, metric))
}

fn adjusted<F: Float, const WIDTH: usize>(
    space: &PhylogeneticSpace,
    branches: SampleBranches,
    metric: TreeMetric,
) -> Box<dyn Kernel<F>> {
    let lengths = &space.lengths;
    match metric {
        TreeMetric::Unweighted => Box::new(AdjustedKernel::<F, _, WIDTH>::new(lengths, branches, Presence, true)),
        TreeMetric::UnweightedUnnormalized => {
            Box::new(AdjustedKernel::<F, _, WIDTH>::new(lengths, branches, Presence, false))
        }
        TreeMetric::WeightedUnnormalized => {
            Box::new(AdjustedKernel::<F, _, WIDTH>::new(lengths, branches, Abundance, false))
        }
        TreeMetric::WeightedNormalized | TreeMetric::Generalized { alpha: 1.0 } => {
            Box::new(AdjustedKernel::<F, _, WIDTH>::new(lengths, branches, Abundance, true))
        }
        // Powers of common exponents are exact roots, faster and the same on any machine.
        TreeMetric::Generalized { alpha: 0.0 } => {
            Box::new(AdjustedKernel::<F, _, WIDTH>::new(lengths, branches, Powered(|_| F::ONE), true))
        }
        TreeMetric::Generalized { alpha: 0.5 } => {
            Box::new(AdjustedKernel::<F, _, WIDTH>::new(lengths, branches, Powered(F::sqrt), true))
        }
        TreeMetric::Generalized { alpha } => {
            let power = Powered(move |sum: F| sum.power(alpha));
            Box::new(AdjustedKernel::<F, _, WIDTH>::new(lengths, branches, power, true))
        }
    }
}

struct Presence;

impl<F: Float> AdjustedTerm<F> for Presence {
    #[inline(always)]
    fn of(&self, inverse: F, p: F, q: F) -> (F, F) {
        let zero = F::default();
        (if (p > zero) == (q > zero) { zero } else { inverse }, inverse)
    }
}

struct Abundance;

impl<F: Float> AdjustedTerm<F> for Abundance {
    #[inline(always)]
    fn of(&self, inverse: F, p: F, q: F) -> (F, F) {
        ((p - q).abs() * inverse, (p + q) * inverse)
    }
}

/// Takes the power of `s / v`.
struct Powered<P>(P);

impl<F: Float, P: Fn(F) -> F + Send + Sync + 'static> AdjustedTerm<F> for Powered<P> {
    #[inline(always)]
    fn of(&self, inverse: F, p: F, q: F) -> (F, F) {
        let (zero, sum) = (F::default(), p + q);
        let whole = (self.0)(sum * inverse);
        let part = (p - q).abs() / sum;
        // A branch without variance, or that neither has, counts nowhere.
        if inverse > zero { (whole * part, whole) } else { (zero, zero) }
    }
}
