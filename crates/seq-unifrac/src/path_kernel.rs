//! Path sums: the branch length that two samples share, and with it unweighted UniFrac.
//!
//! With `T` the branch length that a sample covers and `S` the length that two samples share, everything follows:
//! `T_i + T_j - 2S` is the length that one of them has alone, `T_i + T_j - S` the length that either has. `S` comes from
//! path sums: with `F_j(v)` the part of the way from the root to `v` that sample `j` has,
//! `S_ij = sum over the tips t of i of F_j(t) - sum over the ancestors a of neighbouring tips of i of F_j(a)`.
//! `docs/design/unifrac-kernels.md` has the reasons and the measured costs.

use crate::UnifracError;
use crate::fixed::{Fixed, RootDistances};
use crate::frontier::Frontier;
use crate::induced_tree::InducedTree;
use crate::job::Job;
use crate::kernel::Kernel;
use crate::lanes::Line;
use crate::pairs::{Block, Pairs};
use crate::presence::PresenceMetric;
use crate::sample_tips::SampleTips;
use crate::space::PhylogeneticSpace;
use crate::tiles::{LANES, Tile, fill};
use crate::wide::{Loop, run_wide};
use crate::workers::Workers;
use seq_table::NO_NODE;

/// All that the tiles read.
pub(crate) struct PathKernel<F> {
    frontier: Frontier,
    metric: PresenceMetric,
    exponent: i32,
    /// Length that each sample covers.
    pub covered: Vec<F>,
    dense_lengths: Vec<F>,
    sparse_lengths: Vec<F>,
}

/// Memory of one thread.
struct Scratch<F> {
    /// Per dense node and lane, the part of the way from the root that the lane's sample has.
    paths: Vec<Line<F>>,
    /// Per dense node, which lanes have it.
    present: Vec<u16>,
    /// Per column and lane, the shared length so far.
    shared: Vec<Line<F>>,
}

impl<F: Fixed> Kernel<F::Distance> for PathKernel<F> {
    fn sample_count(&self) -> usize {
        self.covered.len()
    }

    fn block(&self, block: &Block, workers: &Workers, job: &Job) -> Result<Vec<F::Distance>, UnifracError> {
        let dense = self.frontier.dense_nodes.len();
        let scratch = || Scratch { paths: vec![Line::default(); dense], present: vec![0; dense], shared: Vec::new() };
        fill(block, LANES, workers, job, scratch, |scratch: &mut Scratch<F>, tile| {
            self.add_sparse(scratch, tile);
            self.mark_present(scratch, tile);
            run_wide(PathSums { kernel: self, scratch });
            run_wide(Rows { kernel: self, scratch, tile });
        })
    }
}

impl<F: Fixed> PathKernel<F> {
    pub fn new(
        space: &PhylogeneticSpace,
        samples: &SampleTips,
        distances: &RootDistances<F>,
        metric: PresenceMetric,
        pairs: Pairs,
    ) -> Self {
        let tree = InducedTree::new(space, samples);
        let frontier = Frontier::new(&tree, samples, pairs.tile_count(samples.sample_count(), LANES));
        Self::over(frontier, samples, distances, metric)
    }

    fn over(frontier: Frontier, samples: &SampleTips, distances: &RootDistances<F>, metric: PresenceMetric) -> Self {
        let sum = |node: u32| distances.sums[node as usize];
        let dense_lengths = frontier.dense_nodes.iter().zip(&frontier.dense_parents).map(|(&node, &parent)| {
            let above = if parent == NO_NODE { F::default() } else { sum(frontier.dense_nodes[parent as usize]) };
            sum(node).minus(above)
        });
        let sparse_lengths = frontier.sparse_nodes.iter().map(|edge| sum(edge.node).minus(sum(edge.parent)));
        Self {
            metric,
            exponent: distances.exponent,
            covered: samples.covered(distances),
            dense_lengths: dense_lengths.collect(),
            sparse_lengths: sparse_lengths.collect(),
            frontier,
        }
    }

    /// Adds the sparse nodes of each row to the columns that have them too.
    fn add_sparse(&self, scratch: &mut Scratch<F>, tile: &Tile<'_, F::Distance>) {
        scratch.shared.clear();
        scratch.shared.resize(tile.columns.len(), Line::default());
        for (lane, row) in tile.lanes.clone().enumerate() {
            let first = tile.first_column(lane) as u32;
            for &number in self.frontier.sparse_of_sample.get(row) {
                let length = self.sparse_lengths[number as usize];
                let samples = self.frontier.samples_of_sparse.get(number as usize);
                let from = samples.partition_point(|&sample| sample < first);
                for &column in &samples[from..] {
                    let sum = &mut scratch.shared[column as usize - tile.columns.start].0[lane];
                    *sum = sum.plus(length);
                }
            }
        }
    }

    /// Finds which lanes have each dense node: those that have one below it, or end there.
    fn mark_present(&self, scratch: &mut Scratch<F>, tile: &Tile<'_, F::Distance>) {
        scratch.present.fill(0);
        for (lane, row) in tile.lanes.clone().enumerate() {
            for &node in self.frontier.plus.get(row) {
                scratch.present[node as usize] |= 1 << lane;
            }
        }
        for node in (0..scratch.present.len()).rev() {
            let parent = self.frontier.dense_parents[node];
            if parent != NO_NODE {
                scratch.present[parent as usize] |= scratch.present[node];
            }
        }
    }

    #[inline(always)]
    fn distance(&self, row: F, column: F, shared: F) -> F::Distance {
        let both = row.plus(column);
        let either = both.minus(shared);
        let alone = either.minus(shared);
        match self.metric {
            PresenceMetric::Unweighted => alone.part_of(either),
            PresenceMetric::UnweightedUnnormalized => alone.in_tree_unit(self.exponent),
        }
    }
}

/// Path sums of all dense nodes, from the root down.
struct PathSums<'t, F> {
    kernel: &'t PathKernel<F>,
    scratch: &'t mut Scratch<F>,
}

impl<F: Fixed> Loop for PathSums<'_, F> {
    #[inline(always)]
    fn run(self) {
        let Scratch { paths, present, .. } = self.scratch;
        for (node, (&length, &parent)) in
            self.kernel.dense_lengths.iter().zip(&self.kernel.frontier.dense_parents).enumerate()
        {
            let mut sums = if parent == NO_NODE { Line::default() } else { paths[parent as usize] };
            let lanes = present[node];
            for (lane, sum) in sums.0.iter_mut().enumerate() {
                *sum = sum.plus(length.only_if(lanes >> lane & 1 == 1));
            }
            paths[node] = sums;
        }
    }
}

/// Shared lengths of all rows of a tile with every column, and the distances from them.
struct Rows<'t, 'o, F: Fixed> {
    kernel: &'t PathKernel<F>,
    scratch: &'t mut Scratch<F>,
    tile: &'t mut Tile<'o, F::Distance>,
}

impl<F: Fixed> Loop for Rows<'_, '_, F> {
    #[inline(always)]
    fn run(self) {
        let Self { kernel, scratch, tile } = self;
        let Frontier { plus, minus, .. } = &kernel.frontier;
        let mut rows = [F::default(); LANES];
        rows[..tile.lanes.len()].copy_from_slice(&kernel.covered[tile.lanes.clone()]);
        for column in tile.columns.clone() {
            let mut sums = scratch.shared[column - tile.columns.start].0;
            for &node in plus.get(column) {
                let path = &scratch.paths[node as usize].0;
                for lane in 0..LANES {
                    sums[lane] = sums[lane].plus(path[lane]);
                }
            }
            for &node in minus.get(column) {
                let path = &scratch.paths[node as usize].0;
                for lane in 0..LANES {
                    sums[lane] = sums[lane].minus(path[lane]);
                }
            }
            let own = kernel.covered[column];
            let mut distances = [F::Distance::default(); LANES];
            for lane in 0..LANES {
                distances[lane] = kernel.distance(rows[lane], own, sums[lane]);
            }
            tile.set_column(column, &distances);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::SpaceOptions;
    use seq_table::{NegativeLengths, SampleFeatures, parse_newick};

    #[test]
    fn any_threshold_between_dense_and_sparse_gives_the_same_bits() {
        let tips = 200u32;
        let names: Vec<String> = (0..tips).map(|tip| format!("t{tip}")).collect();
        let clades: Vec<String> =
            names.chunks(7).map(|clade| format!("({}:0.37):0.11", clade.join(":0.13,"))).collect();
        let text = format!("(({}):0.7,({}));", clades[..11].join(","), clades[11..].join(","));
        let tree = parse_newick(text.as_bytes(), NegativeLengths::Refuse).unwrap();
        let nodes: Vec<u32> = names.iter().map(|name| tree.tip(name).unwrap()).collect();
        let space = PhylogeneticSpace::new(&tree, &nodes, SpaceOptions::default()).unwrap();
        let (mut offsets, mut features) = (vec![0u32], Vec::new());
        for sample in 0..60u32 {
            features.extend((0..tips).filter(|tip| (tip * 31 + sample * sample * 17) % 23 < sample % 9));
            offsets.push(features.len() as u32);
        }
        let table = SampleFeatures::new(&offsets, &features, tips as usize).unwrap();
        let samples = SampleTips::of_features(&space, &table);
        let induced = InducedTree::new(&space, &samples);
        let counts = induced.sample_counts(&samples);
        let sums = &space.distances.narrow;
        let matrix = |threshold| {
            let frontier = Frontier::at(threshold, &counts, &induced, &samples);
            let kernel = PathKernel::over(frontier, &samples, sums, PresenceMetric::Unweighted);
            kernel.whole(Pairs::Within, 1, &Job::new()).unwrap()
        };
        let all_dense = matrix(1);
        assert!(all_dense.iter().any(|&distance| distance > 0.2 && distance < 0.9));
        for threshold in [0, 2, 3, 10, 30, 60] {
            assert_eq!(matrix(threshold), all_dense, "{threshold}");
        }
    }
}
