//! All branches of one sample, with how much of the sample lies below each. Knows no distances.

use crate::induced_tree::InducedTree;
use crate::sample_tips::SampleTips;

/// Memory to walk the branches of one sample after the other.
#[derive(Default)]
pub(crate) struct BranchMemory {
    /// Branching nodes on the way to the root, the deepest last, with what lies below their branches already walked.
    open: Vec<(u32, f64)>,
}

/// The branches of one sample, still to be walked.
pub(crate) struct BranchWalk<'w> {
    tree: &'w InducedTree,
    tips: &'w [u32],
    ancestors: &'w [u32],
    values: &'w [f64],
    memory: &'w mut BranchMemory,
}

impl<'w> BranchWalk<'w> {
    /// The walk of a sample, with one value for each of its tips.
    pub fn new(
        tree: &'w InducedTree,
        samples: &'w SampleTips,
        sample: usize,
        values: &'w [f64],
        memory: &'w mut BranchMemory,
    ) -> Self {
        Self { tree, tips: samples.nodes(sample), ancestors: samples.ancestors(sample), values, memory }
    }

    /// Calls `visit` with every node of the induced tree that the sample has, falling, without the root, and the sum of the
    /// values of the tips at and below it.
    #[inline(always)]
    pub fn visit(self, mut visit: impl FnMut(u32, f64)) {
        let Self { tree, tips, ancestors, values, memory: BranchMemory { open } } = self;
        open.clear();
        for at in (0..tips.len()).rev() {
            let (mut node, mut sum) = (tree.position(tips[at]), values[at]);
            // The way to the root from where the tip before this one branches off waits for that tip.
            let stop = if at == 0 { 0 } else { tree.position(ancestors[at - 1]) };
            while node != stop {
                visit(node, sum);
                node = tree.parents[node as usize];
                if let Some(&(waiting, below)) = open.last()
                    && waiting == node
                {
                    sum += below;
                    open.pop();
                }
            }
            open.push((node, sum));
        }
    }
}
