//! Aitchison distance: Euclidean distance of centred log-ratios.
//!
//! Adding one number to all logarithms of a sample changes no log-ratio, so logarithms are taken of `c / pseudocount + 1`,
//! which is 0 for an absent feature: features that neither sample has all differ by the same, the difference of the means.

use crate::UnifracError;
use crate::job::Job;
use crate::merge::merge;
use crate::pairs::{Block, Pairs};
use crate::tiles::{LANES, Tile, fill};
use crate::weight_lists::WeightLists;
use crate::workers::Workers;

/// Aitchison 1986, The statistical analysis of compositional data.
pub(crate) fn aitchison_distances(
    counts: &WeightLists,
    feature_count: usize,
    pseudocount: f64,
    pairs: Pairs,
    threads: usize,
    job: &Job,
) -> Result<Vec<f64>, UnifracError> {
    let logs = counts.map(|_, count| (count / pseudocount).ln_1p());
    let means: Vec<f64> = logs.totals().into_iter().map(|total| total / feature_count.max(1) as f64).collect();
    let block = Block::whole(pairs, logs.sample_count());
    job.begin(block.count() as u64);
    let work = |_: &mut (), tile: &mut Tile<'_, f64>| {
        for column in tile.columns.clone() {
            for lane in 0..tile.lanes_of(column) {
                let row = tile.lanes.start + lane;
                let shift = means[row] - means[column];
                let squares = sum_of_squares(logs.sample(row), logs.sample(column), shift, feature_count);
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
