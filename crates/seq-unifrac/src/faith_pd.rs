//! Faith's phylogenetic diversity.

use seq_table::SampleCounts;

use crate::UnifracError;
use crate::fixed::{Fixed, RootDistances};
use crate::sample_tips::SampleTips;
use crate::space::PhylogeneticSpace;
use crate::workers::Workers;

/// Faith's PD of each sample: the sum of all branch lengths between its tips and the root, in the unit of the tree. A sample
/// without tips has 0.
///
/// Faith 1992, doi:10.1016/0006-3207(92)91201-3.
pub fn faith_pd(space: &PhylogeneticSpace, samples: &SampleTips) -> Vec<f64> {
    match &space.distances.wide {
        None => in_tree_unit(samples, &space.distances.narrow),
        Some(wide) => in_tree_unit(samples, wide),
    }
}

/// As [`faith_pd`] of the features that each sample of a table has, by `threads` worker threads: 0 means one per core, 1 that
/// all is done where it is called. The result does not depend on them.
///
/// # Errors
/// `THREADS_UNAVAILABLE`.
pub fn faith_pd_of_counts(
    space: &PhylogeneticSpace,
    table: &SampleCounts<'_>,
    threads: usize,
) -> Result<Vec<f64>, UnifracError> {
    let workers = Workers::new(threads)?;
    Ok(faith_pd(space, &SampleTips::with_counts(space, table, &workers).0))
}

fn in_tree_unit<F: Fixed<Distance = f64>>(samples: &SampleTips, distances: &RootDistances<F>) -> Vec<f64> {
    samples.covered(distances).into_iter().map(|sum| sum.in_tree_unit(distances.exponent)).collect()
}
