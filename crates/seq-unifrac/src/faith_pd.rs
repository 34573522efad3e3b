//! Faith's phylogenetic diversity.

use crate::fixed::{Fixed, RootDistances};
use crate::sample_tips::SampleTips;
use crate::space::PhylogeneticSpace;

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

fn in_tree_unit<F: Fixed<Distance = f64>>(samples: &SampleTips, distances: &RootDistances<F>) -> Vec<f64> {
    samples.covered(distances).into_iter().map(|sum| sum.in_tree_unit(distances.exponent)).collect()
}
