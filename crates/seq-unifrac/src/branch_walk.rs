//! All branches of one sample in preorder, with how much of the sample lies below each. Knows no distances.

use seq_table::NO_NODE;

use crate::induced_tree::InducedTree;
use crate::sample_tips::SampleTips;

/// The branches of the sample that was visited last, and memory for the next one.
#[derive(Default)]
pub(crate) struct BranchWalk {
    /// Nodes of the induced tree, rising, without the root.
    pub nodes: Vec<u32>,
    /// Sums of the values of the tips at and below each node.
    pub sums: Vec<f64>,
    /// Position of each node's parent in `nodes`, or [`NO_NODE`] below the root.
    parents: Vec<u32>,
    /// Positions from the root to the last tip.
    open: Vec<u32>,
}

impl BranchWalk {
    /// Visits a sample, with one value for each of its tips.
    pub fn visit(&mut self, tree: &InducedTree, samples: &SampleTips, sample: usize, values: &[f64]) {
        self.nodes.clear();
        self.sums.clear();
        self.parents.clear();
        self.open.clear();
        let mut branching = 0;
        let tips = samples.nodes(sample).iter().zip(samples.ancestors(sample)).zip(values);
        for ((&tip, &next_ancestor), &value) in tips {
            while self.open.last().is_some_and(|&top| self.nodes[top as usize] > branching) {
                self.open.pop();
            }
            self.descend_to(tree, tree.position(tip), value);
            branching = tree.position(next_ancestor);
        }
        for at in (0..self.nodes.len()).rev() {
            let parent = self.parents[at];
            if parent != NO_NODE {
                self.sums[parent as usize] += self.sums[at];
            }
        }
    }

    /// Adds the way from the last open node down to a tip.
    fn descend_to(&mut self, tree: &InducedTree, tip: u32, value: f64) {
        let (stop, mut parent) = self.open.last().map_or((0, NO_NODE), |&top| (self.nodes[top as usize], top));
        let start = self.nodes.len();
        let mut node = tip;
        while node != stop {
            self.nodes.push(node);
            node = tree.parents[node as usize];
        }
        self.nodes[start..].reverse();
        for at in start..self.nodes.len() {
            self.parents.push(parent);
            self.sums.push(0.0);
            self.open.push(at as u32);
            parent = at as u32;
        }
        if let Some(last) = self.sums[start..].last_mut() {
            *last = value;
        }
    }
}
