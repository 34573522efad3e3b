//! Weighted UniFrac: branches weigh by the difference in relative abundance below them.
//!
//! `sum L |p_i - p_j| = T_i + T_j - 2 sum L min(p_i, p_j)` with `T = sum L p`.

use seq_table::SampleCounts;

use crate::UnifracError;
use crate::job::Job;
use crate::sample_branches::SampleBranches;
use crate::shared_weight::{fraction, shared_weight_distances};
use crate::space::PhylogeneticSpace;
use crate::tiles::Pairs;

/// Whether the sum of differences is divided by the largest it could be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Normalization {
    Normalized,
    Unnormalized,
}

/// Lozupone et al. 2007, doi:10.1128/AEM.01996-06.
pub(crate) fn weighted_distances(
    space: &PhylogeneticSpace,
    table: &SampleCounts<'_>,
    normalization: Normalization,
    pairs: Pairs,
    threads: usize,
    job: &Job,
) -> Result<Vec<f64>, UnifracError> {
    let abundances = SampleBranches::new(space, table).abundances();
    let weights = abundances.map(|node, abundance| space.lengths[node as usize] * abundance);
    shared_weight_distances(&weights, pairs, threads, job, move |a, b, shared| {
        let both = a + b;
        let difference = both - 2.0 * shared;
        match normalization {
            Normalization::Normalized => fraction(difference, both),
            Normalization::Unnormalized => difference,
        }
    })
}
