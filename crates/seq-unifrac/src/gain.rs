//! UniFrac gain: the branch length that one sample has and another lacks. It has a direction, so it is no distance.

use seq_table::SampleCounts;

use crate::UnifracError;
use crate::faith_pd::faith_pd;
use crate::job::Job;
use crate::pairs::Pairs;
use crate::sample_tips::SampleTips;
use crate::space::PhylogeneticSpace;
use crate::tree_distances::{TreeMetric, Variance, tree_distances};

/// Gains smaller than this part of both samples' branch length, or than a sixty-fourth of that part of the whole tree, are rounding
/// noise and taken as 0: distances and diversities are held in steps that the tree decides.
const NOISE: f64 = 1.0 / (1u64 << 50) as f64;

/// `sum L x_i (1 - x_j)` for every two samples, a full square row by row: what sample `i`, the row, has that sample `j`, the
/// column, lacks, in the unit of the tree.
///
/// With `U` the unnormalised unweighted UniFrac and `T` Faith's PD that is `(U_ij + T_i - T_j) / 2`. A sample whose branches
/// another has all gains exactly 0 over it. The same bits for any number of threads.
///
/// # Errors
/// `CANCELLED`, `THREADS_UNAVAILABLE`.
pub fn gains(
    space: &PhylogeneticSpace,
    table: &SampleCounts<'_>,
    threads: usize,
    job: &Job,
) -> Result<Vec<f64>, UnifracError> {
    let samples = table.sample_count();
    let totals = faith_pd(space, &SampleTips::of_counts(space, table));
    let metric = TreeMetric::UnweightedUnnormalized;
    let apart = tree_distances(space, table, metric, Variance::Ignored, Pairs::Within, threads, job)?;
    let least = space.total_length() / 64.0;
    let gain = |apart: f64, own: f64, other: f64| {
        let gain = (apart + (own - other)) / 2.0;
        if gain > NOISE * (own + other + least) { gain } else { 0.0 }
    };
    let mut square = vec![0.0; samples * samples];
    let mut next = apart.into_iter();
    for i in 0..samples {
        for (j, apart) in (i + 1..samples).zip(&mut next) {
            square[i * samples + j] = gain(apart, totals[i], totals[j]);
            square[j * samples + i] = gain(apart, totals[j], totals[i]);
        }
    }
    Ok(square)
}
