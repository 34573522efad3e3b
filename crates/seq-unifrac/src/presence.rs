//! Measures of presence on a tree, among them unweighted UniFrac: which precision they need. Knows no path sums.

use crate::UnifracError;
use crate::fitting::{COVERED, exponent_for, needed, too_little};
use crate::fixed::{Fixed, RootDistances, loses_digits};
use crate::job::Job;
use crate::kernel::{Kernel, Refined};
use crate::pairs::Pairs;
use crate::path_kernel::PathKernel;
use crate::sample_tips::SampleTips;
use crate::space::PhylogeneticSpace;

/// What is made of the lengths that two samples cover and share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresenceMetric {
    /// Length that one sample has alone, as a part of the length that either has; in [0, 1], and 0 if neither has any.
    Unweighted,
    /// Length that one sample has alone, in the unit of the tree.
    UnweightedUnnormalized,
}

/// Distances between samples by presence alone.
///
/// The result is the same, bit for bit, for any number of threads and any order or selection of samples; samples with the
/// same tips are exactly 0 apart. The error against exact arithmetic is below 1e-12.
///
/// Lozupone & Knight 2005, doi:10.1128/AEM.71.12.8228-8235.2005.
///
/// # Errors
/// `CANCELLED`, `THREADS_UNAVAILABLE`.
pub fn presence_distances(
    space: &PhylogeneticSpace,
    samples: &SampleTips,
    metric: PresenceMetric,
    pairs: Pairs,
    threads: usize,
    job: &Job,
) -> Result<Vec<f64>, UnifracError> {
    exact(space, samples, metric, pairs).whole(pairs, threads, job)
}

/// Distances in 64 bits; in 128 those between samples of so little length that 64 bits are too few for it. A sample is one
/// of them or not by itself alone, so which other samples are there changes nothing. `pairs` is what will be asked for most.
pub(crate) fn exact(
    space: &PhylogeneticSpace,
    samples: &SampleTips,
    metric: PresenceMetric,
    pairs: Pairs,
) -> Box<dyn Kernel<f64>> {
    let narrow = &space.distances.narrow;
    let coarse = Box::new(PathKernel::new(space, samples, narrow, metric, pairs));
    let Some(wide) = &space.distances.wide else { return coarse };
    let covered = samples.covered(narrow);
    let branches = samples.branch_counts(space);
    let is_little = |&sample: &usize| loses_digits(covered[sample], branches[sample]);
    let chosen: Vec<usize> = (0..samples.sample_count()).filter(is_little).collect();
    let fine = Box::new(PathKernel::new(space, &samples.select(&chosen), wide, metric, pairs));
    Box::new(Refined { coarse, chosen, fine, convert: |distance| distance })
}

/// Distances in 32 bits, exact between samples that are too little for it; nothing if all cover next to nothing of the tree.
pub(crate) fn in_32_bits(
    space: &PhylogeneticSpace,
    samples: &SampleTips,
    metric: PresenceMetric,
    pairs: Pairs,
) -> Option<Box<dyn Kernel<f32>>> {
    let narrow = &space.distances.narrow;
    let largest = samples.covered(narrow).into_iter().max().unwrap_or(0);
    if largest < COVERED {
        return None;
    }
    let exponent = exponent_for(largest.in_tree_unit(narrow.exponent), <u32 as Fixed>::BITS);
    let rounded = RootDistances::<u32>::rounded(narrow, exponent);
    let coarse = Box::new(PathKernel::new(space, samples, &rounded, metric, pairs));
    // Distances from the root are rounded, so that every tip is a summand, and no length is left out.
    let needed = |sample| needed(samples.nodes(sample).len() as u32, 0.0);
    let sizes: Vec<(u32, f64)> = coarse.covered.iter().copied().zip((0..).map(needed)).collect();
    let chosen = too_little(&sizes);
    if chosen.is_empty() {
        return Some(coarse);
    }
    let fine = exact(space, &samples.select(&chosen), metric, pairs);
    Some(Box::new(Refined { coarse, chosen, fine, convert: |distance| distance as f32 }))
}
