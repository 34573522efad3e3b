//! Every distance that needs a tree, by name.

use seq_table::SampleCounts;

use crate::UnifracError;
use crate::job::Job;
use crate::kernel::Kernel;
use crate::pairs::Pairs;
use crate::presence::PresenceMetric;
use crate::sample_tips::SampleTips;
use crate::space::PhylogeneticSpace;
use crate::weighted::Normalization;
use crate::{generalized, presence, variance_adjusted, weighted};

/// Which UniFrac. `L` is the length of a branch, `x` whether a sample has it, `p` the part of its reads below.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TreeMetric {
    /// `sum L |x_i - x_j| / sum L max(x_i, x_j)`.
    Unweighted,
    /// `sum L |x_i - x_j|`.
    UnweightedUnnormalized,
    /// `sum L |p_i - p_j| / sum L (p_i + p_j)`.
    WeightedNormalized,
    /// `sum L |p_i - p_j|`.
    WeightedUnnormalized,
    /// `sum L s^alpha |p_i - p_j| / s / sum L s^alpha` with `s = p_i + p_j > 0`.
    Generalized {
        /// Weight of abundant branches, in [0, 1]; 1 is weighted normalised, 0 is not unweighted.
        alpha: f64,
    },
}

/// Distances between samples on a tree; a pair with nothing to divide by is 0 apart.
///
/// The result is the same, bit for bit, for any number of threads and any order or selection of samples; equal samples are
/// exactly 0 apart. Variance adjustment divides every term by `sqrt(m_b (m - m_b))`, with `m_b` the counts of both samples
/// below the branch and `m` all their counts.
///
/// # Errors
/// `CANCELLED`, `THREADS_UNAVAILABLE`, `PARAMETER_OUT_OF_RANGE` for alpha, `OPTION_INVALID` for variance adjustment of counts as they are.
pub fn tree_distances(
    space: &PhylogeneticSpace,
    table: &SampleCounts<'_>,
    metric: TreeMetric,
    variance: Variance,
    pairs: Pairs,
    threads: usize,
    job: &Job,
) -> Result<Vec<f64>, UnifracError> {
    check(space, metric, variance)?;
    exact(space, table, metric, variance, pairs).whole(pairs, threads, job)
}

pub(crate) fn check(space: &PhylogeneticSpace, metric: TreeMetric, variance: Variance) -> Result<(), UnifracError> {
    if space.absolute_counts && variance == Variance::Adjusted {
        return Err(UnifracError::VarianceOfCounts);
    }
    match metric {
        TreeMetric::Generalized { alpha } if !(0.0..=1.0).contains(&alpha) => {
            Err(UnifracError::ParameterOutOfRange { name: "alpha", value: alpha, range: "a number in [0, 1]" })
        }
        _ => Ok(()),
    }
}

/// The kernel of a metric in 64 bits. `pairs` is what will be asked for most.
pub(crate) fn exact(
    space: &PhylogeneticSpace,
    table: &SampleCounts<'_>,
    metric: TreeMetric,
    variance: Variance,
    pairs: Pairs,
) -> Box<dyn Kernel<f64>> {
    if variance == Variance::Adjusted {
        return variance_adjusted::exact(space, table, metric);
    }
    let by_presence = |metric| presence::exact(space, &SampleTips::of_counts(space, table), metric, pairs);
    match metric {
        TreeMetric::Unweighted => by_presence(PresenceMetric::Unweighted),
        TreeMetric::UnweightedUnnormalized => by_presence(PresenceMetric::UnweightedUnnormalized),
        TreeMetric::WeightedNormalized => weighted::exact(space, table, Normalization::Normalized),
        TreeMetric::WeightedUnnormalized => weighted::exact(space, table, Normalization::Unnormalized),
        TreeMetric::Generalized { alpha } => generalized::exact(space, table, alpha),
    }
}

/// Whether branches are divided by their variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Variance {
    /// They are not.
    #[default]
    Ignored,
    /// They are.
    Adjusted,
}
