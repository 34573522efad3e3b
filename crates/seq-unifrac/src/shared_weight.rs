//! Distances that follow from the weight that two samples share: `S_ij = sum over places of min(w_i, w_j)`.
//!
//! Weighted UniFrac, Bray-Curtis and both forms of Jaccard are of this kind, with branches or features as places. Absent
//! places add nothing, so only the places of one of the two samples are visited.

use crate::UnifracError;
use crate::job::Job;
use crate::kernel::Kernel;
use crate::pairs::{Block, Pairs};
use crate::tiles::{LANES, Tile, fill};
use crate::weight_lists::{DenseLanes, WeightLists};
use crate::wide::{Loop, run_wide};
use crate::workers::Workers;

/// Fills a matrix with `distance(total_i, total_j, shared)`, totals and shared weight being sums in the order of places.
///
/// As floating-point addition is monotone, the shared weight never exceeds either total, and equals both for equal lists.
/// Terms of zero do not change a sum, so the result depends on neither tiles nor threads nor which sample is the row.
pub(crate) fn shared_weight_distances(
    lists: WeightLists,
    pairs: Pairs,
    threads: usize,
    job: &Job,
    distance: impl Fn(f64, f64, f64) -> f64 + Sync + Send,
) -> Result<Vec<f64>, UnifracError> {
    SharedWeights::new(lists, distance).whole(pairs, threads, job)
}

/// See [`shared_weight_distances`].
pub(crate) struct SharedWeights<T> {
    lists: WeightLists,
    totals: Vec<f64>,
    distance: T,
}

impl<T> SharedWeights<T> {
    pub fn new(lists: WeightLists, distance: T) -> Self {
        Self { totals: lists.totals(), lists, distance }
    }
}

impl<T: Fn(f64, f64, f64) -> f64 + Sync + Send> Kernel<f64> for SharedWeights<T> {
    fn sample_count(&self) -> usize {
        self.totals.len()
    }

    fn block(&self, block: &Block, workers: &Workers, job: &Job) -> Result<Vec<f64>, UnifracError> {
        let Self { lists, totals, distance } = self;
        let scratch = || DenseLanes::new(lists);
        fill(block, LANES, workers, job, scratch, |dense: &mut DenseLanes, tile| {
            dense.load(lists, tile);
            run_wide(Rows { lists, totals, dense, tile, distance });
            dense.unload(lists, tile);
        })
    }
}

struct Rows<'t, 'o, D> {
    lists: &'t WeightLists,
    totals: &'t [f64],
    dense: &'t DenseLanes,
    tile: &'t mut Tile<'o, f64>,
    distance: &'t D,
}

impl<D: Fn(f64, f64, f64) -> f64> Loop for Rows<'_, '_, D> {
    #[inline(always)]
    fn run(self) {
        let Self { lists, totals, dense, tile, distance } = self;
        for column in tile.columns.clone() {
            let (places, weights) = lists.sample(column);
            let mut shared = [0.0f64; LANES];
            for (&place, &weight) in places.iter().zip(weights) {
                let lanes = &dense.weights[place as usize];
                for lane in 0..LANES {
                    shared[lane] += if lanes[lane] < weight { lanes[lane] } else { weight };
                }
            }
            for (lane, &shared) in shared[..tile.lanes_of(column)].iter().enumerate() {
                let row = tile.lanes.start + lane;
                tile.set(lane, column, distance(totals[row], totals[column], shared));
            }
        }
    }
}

/// `part / whole`, and 0 where there is no whole.
#[inline(always)]
pub(crate) fn fraction(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
