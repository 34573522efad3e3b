//! The tree that the samples of one computation span: their tips, where these branch, and the root; every way between two
//! of those is one edge. Knows no distances between samples.

use seq_table::NO_NODE;

use crate::bit_rank::BitRank;
use crate::sample_tips::SampleTips;
use crate::space::PhylogeneticSpace;

/// Nodes of a space that matter to some samples, in preorder. A sample has either all branches of an edge or none.
pub(crate) struct InducedTree {
    /// Node of the space for every node here; the first is the root.
    pub nodes: Vec<u32>,
    /// Parents, as numbers here; that of the root is [`NO_NODE`].
    pub parents: Vec<u32>,
    positions: BitRank,
}

impl InducedTree {
    pub fn new(space: &PhylogeneticSpace, samples: &SampleTips) -> Self {
        let mut ranks = BitRank::new(space.tip_nodes.len());
        for &rank in samples.ranks() {
            ranks.insert(rank);
        }
        let ranks = ranks.count();
        let mut positions = BitRank::new(space.node_count());
        positions.insert(0);
        for (at, &rank) in ranks.iter().enumerate() {
            positions.insert(space.tip_nodes[rank as usize]);
            if let Some(&next) = ranks.get(at + 1) {
                positions.insert(space.ancestor(rank, next));
            }
        }
        let nodes = positions.count();
        let parents = nearest_ancestors(&nodes, &space.ends);
        Self { nodes, parents, positions }
    }

    /// Number here of a node of the space that is part of this tree.
    pub fn position(&self, node: u32) -> u32 {
        self.positions.position(node)
    }

    /// In how many samples each node is present, that is has a tip below or is one.
    pub fn sample_counts(&self, samples: &SampleTips) -> Vec<u32> {
        // Tips less ancestors of neighbours, summed over a subtree, is 1 for a sample that has any tip in it.
        let mut counts = vec![0i32; self.nodes.len()];
        for sample in 0..samples.sample_count() {
            samples.for_each_path(sample, |node, sign| counts[self.position(node) as usize] += sign);
        }
        for node in (1..counts.len()).rev() {
            counts[self.parents[node] as usize] += counts[node];
        }
        counts.into_iter().map(i32::unsigned_abs).collect()
    }
}

/// For every node of a preorder list, the number of the last one before it whose subtree holds it.
fn nearest_ancestors(nodes: &[u32], ends: &[u32]) -> Vec<u32> {
    let mut parents = Vec::with_capacity(nodes.len());
    for (number, &node) in nodes.iter().enumerate() {
        let mut candidate = (number as u32).wrapping_sub(1);
        while candidate != NO_NODE && ends[nodes[candidate as usize] as usize] <= node {
            candidate = parents[candidate as usize];
        }
        parents.push(candidate);
    }
    parents
}
