//! Euclidean distances of sparse profiles: one number per feature, of which each sample lists those that differ from a number of
//! its own.

use crate::UnifracError;
use crate::job::Job;
use crate::merge::merge;
use crate::pairs::{Block, Pairs};
use crate::tiles::{LANES, Tile, fill};
use crate::weight_lists::WeightLists;
use crate::workers::Workers;

/// `sqrt(sum (a_f - b_f)^2)` over all features, where sample `i` has the listed number less `bases[i]`, and `-bases[i]` for
/// features that it does not list.
///
/// Differences are summed as such, in the order of features, so equal samples are exactly 0 apart.
pub(crate) fn euclidean_distances(
    profiles: &WeightLists,
    bases: &[f64],
    feature_count: usize,
    pairs: Pairs,
    threads: usize,
    job: &Job,
) -> Result<Vec<f64>, UnifracError> {
    let block = Block::whole(pairs, profiles.sample_count());
    job.begin(block.count() as u64);
    let work = |_: &mut (), tile: &mut Tile<'_, f64>| {
        for column in tile.columns.clone() {
            for lane in 0..tile.lanes_of(column) {
                let row = tile.lanes.start + lane;
                let shift = bases[row] - bases[column];
                let squares = sum_of_squares(profiles.sample(row), profiles.sample(column), shift, feature_count);
                tile.set(lane, column, squares.sqrt());
            }
        }
    };
    fill(&block, LANES, &Workers::new(threads)?, job, || (), work)
}

fn sum_of_squares(a: (&[u32], &[f64]), b: (&[u32], &[f64]), shift: f64, feature_count: usize) -> f64 {
    let (mut sum, mut visited) = (0.0, 0usize);
    merge(a.0, b.0, |_, at_a, at_b| {
        let difference = at_a.map_or(0.0, |at| a.1[at]) - at_b.map_or(0.0, |at| b.1[at]) - shift;
        sum += difference * difference;
        visited += 1;
    });
    sum + (feature_count - visited) as f64 * (shift * shift)
}
