//! The branches above the tips of each sample, with how much of the sample lies below. Knows no distances.

use seq_table::SampleCounts;

use crate::space::{NO_TIP, PhylogeneticSpace};
use crate::weight_lists::WeightLists;

/// Branches of each sample as nodes of the space, rising; branches of length 0 are left out, as they never count.
pub(crate) struct SampleBranches {
    /// Counts at and below each branch.
    pub counts: WeightLists,
    /// Sum of the counts of each sample, over features that are in the tree.
    pub totals: Vec<f64>,
    /// Per sample and branch, how many of its tips lie at or below; in the order of `counts`.
    pub tips: Vec<Vec<u32>>,
    /// Tips of each sample.
    pub tip_totals: Vec<u32>,
}

impl SampleBranches {
    pub fn new(space: &PhylogeneticSpace, table: &SampleCounts<'_>) -> Self {
        let mut branches = Self {
            counts: WeightLists::new(space.node_count()),
            totals: Vec::new(),
            tips: Vec::new(),
            tip_totals: Vec::new(),
        };
        let mut climb = Climb::new(space.node_count());
        for sample in 0..table.sample_count() {
            climb.up(space, table, sample);
            branches.totals.push(climb.sums[0]);
            branches.tip_totals.push(climb.tips[0]);
            let mut tips = Vec::with_capacity(climb.nodes.len());
            for &node in climb.nodes.iter().filter(|&&node| space.lengths[node as usize] > 0.0) {
                branches.counts.push(node, climb.sums[node as usize]);
                tips.push(climb.tips[node as usize]);
            }
            branches.tips.push(tips);
            branches.counts.close();
        }
        branches
    }

    /// Relative abundance below each branch, or counts where the space wants these; a sample of no reads has no branches.
    pub fn abundances(&self, space: &PhylogeneticSpace) -> WeightLists {
        if space.absolute_counts {
            return self.counts.map(|_, count| count);
        }
        let mut abundances = WeightLists::new(self.counts.place_count());
        for (sample, &total) in self.totals.iter().enumerate() {
            let (nodes, counts) = self.counts.sample(sample);
            nodes.iter().zip(counts).for_each(|(&node, &count)| abundances.push(node, count / total));
            abundances.close();
        }
        abundances
    }
}

/// Memory to walk from tips to the root.
struct Climb {
    sums: Vec<f64>,
    tips: Vec<u32>,
    seen_by: Vec<u32>,
    nodes: Vec<u32>,
}

impl Climb {
    fn new(node_count: usize) -> Self {
        Self {
            sums: vec![0.0; node_count],
            tips: vec![0; node_count],
            seen_by: vec![u32::MAX; node_count],
            nodes: Vec::new(),
        }
    }

    /// Sums counts and tips of a sample up to the root; `nodes` are then all nodes it has, rising, without the root.
    fn up(&mut self, space: &PhylogeneticSpace, table: &SampleCounts<'_>, sample: usize) {
        self.nodes.clear();
        self.enter(0, sample);
        for (feature, count) in table.sample(sample).filter(|&(_, count)| count > 0.0) {
            let rank = space.feature_ranks[feature as usize];
            if rank == NO_TIP {
                continue;
            }
            let tip = space.tip_nodes[rank as usize];
            let mut node = tip;
            while self.enter(node, sample) {
                self.nodes.push(node);
                node = space.parents[node as usize];
            }
            self.sums[tip as usize] += count;
            self.tips[tip as usize] = 1;
        }
        self.nodes.sort_unstable();
        for &node in self.nodes.iter().rev() {
            let (node, parent) = (node as usize, space.parents[node as usize] as usize);
            self.sums[parent] += self.sums[node];
            self.tips[parent] += self.tips[node];
        }
    }

    /// Marks a node as seen, cleared; false if it was seen before.
    fn enter(&mut self, node: u32, sample: usize) -> bool {
        let node = node as usize;
        if self.seen_by[node] == sample as u32 {
            return false;
        }
        self.seen_by[node] = sample as u32;
        self.sums[node] = 0.0;
        self.tips[node] = 0;
        true
    }
}
