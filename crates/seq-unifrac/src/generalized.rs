//! Generalised UniFrac: between weighted (alpha 1) and all branches alike (alpha 0, which is not unweighted).
//!
//! With `s = p_i + p_j`, the distance is `sum L s^alpha |p_i - p_j| / s` over `sum L s^alpha`. A branch of one sample alone
//! adds `L p^alpha` to both sums; these are known per sample, so only branches of both samples are visited.

use seq_table::SampleCounts;

use crate::UnifracError;
use crate::job::Job;
use crate::kernel::Kernel;
use crate::pairs::Block;
use crate::sample_branches::SampleBranches;
use crate::shared_weight::fraction;
use crate::space::PhylogeneticSpace;
use crate::tiles::{LANES, Tile, fill};
use crate::weight_lists::{DenseLanes, WeightLists};
use crate::wide::{Loop, run_wide};
use crate::workers::Workers;

/// Chen et al. 2012, doi:10.1093/bioinformatics/bts342. `alpha` lies in [0, 1].
pub(crate) fn exact(space: &PhylogeneticSpace, table: &SampleCounts<'_>, alpha: f64) -> Box<dyn Kernel<f64>> {
    let abundances = SampleBranches::new(space, table).abundances(space);
    // Powers of common exponents are exact roots, faster and the same on any machine.
    if alpha == 0.0 {
        Box::new(Sums::new(space, abundances, |_| 1.0))
    } else if alpha == 0.5 {
        Box::new(Sums::new(space, abundances, f64::sqrt))
    } else if alpha == 1.0 {
        Box::new(Sums::new(space, abundances, |sum| sum))
    } else {
        Box::new(Sums::new(space, abundances, move |sum: f64| sum.powf(alpha)))
    }
}

struct Sums<P> {
    lengths: Vec<f64>,
    /// `p` per sample and branch.
    abundances: WeightLists,
    /// `L p^alpha` per sample and branch.
    alone: WeightLists,
    alone_totals: Vec<f64>,
    power: P,
}

struct Scratch {
    abundances: DenseLanes,
    alone: DenseLanes,
}

impl<P: Fn(f64) -> f64> Sums<P> {
    fn new(space: &PhylogeneticSpace, abundances: WeightLists, power: P) -> Self {
        let lengths = space.lengths.clone();
        let alone = abundances.map(|node, abundance| lengths[node as usize] * power(abundance));
        Self { lengths, alone_totals: alone.totals(), abundances, alone, power }
    }
}

impl<P: Fn(f64) -> f64 + Sync + Send> Kernel<f64> for Sums<P> {
    fn sample_count(&self) -> usize {
        self.alone_totals.len()
    }

    fn block(&self, block: &Block, workers: &Workers, job: &Job) -> Result<Vec<f64>, UnifracError> {
        let scratch = || Scratch { abundances: DenseLanes::new(&self.abundances), alone: DenseLanes::new(&self.alone) };
        fill(block, LANES, workers, job, scratch, |scratch: &mut Scratch, tile| {
            scratch.abundances.load(&self.abundances, tile);
            scratch.alone.load(&self.alone, tile);
            run_wide(Rows { sums: self, scratch, tile });
            scratch.abundances.unload(&self.abundances, tile);
            scratch.alone.unload(&self.alone, tile);
        })
    }
}

struct Rows<'t, 'o, P> {
    sums: &'t Sums<P>,
    scratch: &'t Scratch,
    tile: &'t mut Tile<'o, f64>,
}

impl<P: Fn(f64) -> f64> Loop for Rows<'_, '_, P> {
    #[inline(always)]
    fn run(self) {
        let Self { sums, scratch, tile } = self;
        for column in tile.columns.clone() {
            let (nodes, abundances) = sums.abundances.sample(column);
            let alone = sums.alone.sample(column).1;
            let (mut differences, mut wholes) = ([0.0f64; LANES], [0.0f64; LANES]);
            for ((&node, &q), &alone_q) in nodes.iter().zip(abundances).zip(alone) {
                let length = sums.lengths[node as usize];
                let lanes = &scratch.abundances.weights[node as usize];
                let alone_lanes = &scratch.alone.weights[node as usize];
                for lane in 0..LANES {
                    let p = lanes[lane];
                    let sum = p + q;
                    let whole = length * (sums.power)(sum);
                    let alone = alone_lanes[lane] + alone_q;
                    let is_shared = p > 0.0;
                    differences[lane] += if is_shared { whole * ((p - q).abs() / sum) - alone } else { 0.0 };
                    wholes[lane] += if is_shared { whole - alone } else { 0.0 };
                }
            }
            for lane in 0..tile.lanes_of(column) {
                let both = sums.alone_totals[tile.lanes.start + lane] + sums.alone_totals[column];
                let difference = (both + differences[lane]).max(0.0);
                tile.set(lane, column, fraction(difference, both + wholes[lane]));
            }
        }
    }
}
