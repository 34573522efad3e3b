//! Weighted UniFrac: branches weigh by the difference in relative abundance below them.
//!
//! `sum L |p_i - p_j| = T_i + T_j - 2 sum L min(p_i, p_j)` with `T = sum L p`.

use seq_table::SampleCounts;

use crate::kernel::Kernel;
use crate::sample_branches::SampleBranches;
use crate::shared_weight::{SharedWeights, fraction};
use crate::space::PhylogeneticSpace;

/// Whether the sum of differences is divided by the largest it could be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Normalization {
    Normalized,
    Unnormalized,
}

/// Lozupone et al. 2007, doi:10.1128/AEM.01996-06.
pub(crate) fn exact(
    space: &PhylogeneticSpace,
    table: &SampleCounts<'_>,
    normalization: Normalization,
) -> Box<dyn Kernel<f64>> {
    let abundances = SampleBranches::new(space, table).abundances(space);
    let weights = abundances.map(|node, abundance| space.lengths[node as usize] * abundance);
    Box::new(SharedWeights::new(weights, move |a: f64, b: f64, shared: f64| {
        let both = a + b;
        let difference = both - 2.0 * shared;
        match normalization {
            Normalization::Normalized => fraction(difference, both),
            Normalization::Unnormalized => difference,
        }
    }))
}
