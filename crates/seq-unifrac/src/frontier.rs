//! Splits a tree in two: nodes that many samples have, near the root, and the rest. Knows no arithmetic of lengths.
//!
//! Shared length of two samples is summed in two ways. Over the dense nodes it needs one look-up per tip of the smaller
//! tree that a sample spans among them; over the sparse ones each node adds to just the pairs that have it. Any threshold
//! gives the same sums, so it is chosen by cost alone.

use seq_table::NO_NODE;

use crate::induced_tree::InducedTree;
use crate::sample_tips::SampleTips;
use crate::tiles::LANES;

/// Lists of numbers end to end.
pub(crate) struct Lists {
    offsets: Vec<usize>,
    entries: Vec<u32>,
}

impl Lists {
    fn new() -> Self {
        Self { offsets: vec![0], entries: Vec::new() }
    }

    fn close(&mut self) {
        self.offsets.push(self.entries.len());
    }

    pub fn get(&self, list: usize) -> &[u32] {
        &self.entries[self.offsets[list]..self.offsets[list + 1]]
    }
}

/// The split tree.
pub(crate) struct Frontier {
    /// Nodes of the space that are dense, in preorder; the root is never among them, as it has no length.
    pub dense_nodes: Vec<u32>,
    /// Their nearest dense ancestors as positions in `dense_nodes`, [`NO_NODE`] below the root.
    pub dense_parents: Vec<u32>,
    /// Per sample, positions of the dense nodes whose path sums are added.
    pub plus: Lists,
    /// Per sample, positions of the dense nodes whose path sums are taken off.
    pub minus: Lists,
    /// Nodes of the space that are sparse and shared by at least two samples, with their nearest kept ancestors.
    pub sparse_nodes: Vec<SparseNode>,
    /// Per sample, positions in `sparse_nodes`.
    pub sparse_of_sample: Lists,
    /// Per sparse node, the samples that have it, rising.
    pub samples_of_sparse: Lists,
}

/// The two ends of an edge of the induced tree, as nodes of the space.
#[derive(Clone, Copy)]
pub(crate) struct SparseNode {
    pub node: u32,
    pub parent: u32,
}

impl Frontier {
    pub fn new(tree: &InducedTree, samples: &SampleTips, tiles: usize) -> Self {
        let counts = tree.sample_counts(samples);
        let threshold = cheapest_threshold(&counts, tiles);
        Self::at(threshold, &counts, tree, samples)
    }

    /// Splits at a given number of samples: nodes that more samples have are dense.
    pub fn at(threshold: u32, counts: &[u32], tree: &InducedTree, samples: &SampleTips) -> Self {
        let mut dense_nodes = Vec::new();
        let mut dense_parents = Vec::new();
        // The nearest dense node at or above each node.
        let mut dense_at = vec![NO_NODE; tree.nodes.len()];
        for node in 1..tree.nodes.len() {
            dense_at[node] = dense_at[tree.parents[node] as usize];
            if counts[node] > threshold {
                dense_parents.push(dense_at[node]);
                dense_at[node] = dense_nodes.len() as u32;
                dense_nodes.push(tree.nodes[node]);
            }
        }
        let (plus, minus) = dense_paths(tree, samples, &dense_at, dense_nodes.len());
        let is_sparse = |node: usize| node != 0 && counts[node] <= threshold;
        let sparse = SparsePart::new(tree, samples, counts, is_sparse);
        Self {
            dense_nodes,
            dense_parents,
            plus,
            minus,
            sparse_nodes: sparse.nodes,
            sparse_of_sample: sparse.of_sample,
            samples_of_sparse: sparse.samples,
        }
    }
}

/// Tips and ancestors of each sample, moved up to dense nodes; what cancels is left out.
fn dense_paths(tree: &InducedTree, samples: &SampleTips, dense_at: &[u32], dense_count: usize) -> (Lists, Lists) {
    let (mut plus, mut minus) = (Lists::new(), Lists::new());
    let mut factors = vec![0i32; dense_count];
    let mut touched: Vec<(u32, i32)> = Vec::new();
    for sample in 0..samples.sample_count() {
        touched.clear();
        samples.for_each_path(sample, |node, sign| {
            let dense = dense_at[tree.position(node) as usize];
            if dense != NO_NODE {
                touched.push((dense, sign));
            }
        });
        for &(dense, by) in &touched {
            factors[dense as usize] += by;
        }
        for &(dense, _) in &touched {
            let factor = std::mem::take(&mut factors[dense as usize]);
            let list = if factor > 0 { &mut plus } else { &mut minus };
            list.entries.extend(std::iter::repeat_n(dense, factor.unsigned_abs() as usize));
        }
        plus.close();
        minus.close();
    }
    (plus, minus)
}

struct SparsePart {
    nodes: Vec<SparseNode>,
    of_sample: Lists,
    samples: Lists,
}

impl SparsePart {
    fn new(tree: &InducedTree, samples: &SampleTips, counts: &[u32], is_sparse: impl Fn(usize) -> bool) -> Self {
        let mut nodes = Vec::new();
        let mut numbers = vec![NO_NODE; tree.nodes.len()];
        let mut starts = vec![0usize];
        for node in (1..tree.nodes.len()).filter(|&node| is_sparse(node) && counts[node] > 1) {
            numbers[node] = nodes.len() as u32;
            let parent = tree.nodes[tree.parents[node] as usize];
            nodes.push(SparseNode { node: tree.nodes[node], parent });
            starts.push(starts[nodes.len() - 1] + counts[node] as usize);
        }
        let mut of_sample = Lists::new();
        let mut postings = vec![0u32; starts[nodes.len()]];
        let mut next = starts.clone();
        let mut seen_by = vec![u32::MAX; tree.nodes.len()];
        for sample in 0..samples.sample_count() {
            for &tip in samples.nodes(sample) {
                let mut node = tree.position(tip) as usize;
                while is_sparse(node) && seen_by[node] != sample as u32 {
                    seen_by[node] = sample as u32;
                    let number = numbers[node];
                    if number != NO_NODE {
                        of_sample.entries.push(number);
                        postings[next[number as usize]] = sample as u32;
                        next[number as usize] += 1;
                    }
                    node = tree.parents[node] as usize;
                }
            }
            of_sample.close();
        }
        Self { nodes, of_sample, samples: Lists { offsets: starts, entries: postings } }
    }
}

/// Measured costs in nanoseconds, in 64 bits; only their ratios matter, and only for speed.
const PAIR_UPDATE: f64 = 1.5;
const POSTING: f64 = 6.0;
const DENSE_NODE_PER_TILE: f64 = 0.5 * LANES as f64;

/// The number of samples up to which it is cheaper to update pairs one by one.
fn cheapest_threshold(counts: &[u32], tiles: usize) -> u32 {
    let largest = counts.iter().copied().max().unwrap_or(0) as usize;
    let mut nodes_with = vec![0usize; largest + 1];
    for &count in counts {
        nodes_with[count as usize] += 1;
    }
    let mut dense = counts.len() - nodes_with.first().copied().unwrap_or(0);
    let (mut sparse_cost, mut best) = (0.0, (f64::INFINITY, 1));
    for (samples, &nodes) in nodes_with.iter().enumerate().skip(1) {
        dense -= nodes;
        if samples > 1 {
            let (samples, nodes) = (samples as f64, nodes as f64);
            sparse_cost += nodes * (POSTING * samples + PAIR_UPDATE * samples * samples / 2.0);
        }
        let cost = sparse_cost + DENSE_NODE_PER_TILE * (dense * tiles) as f64;
        if cost < best.0 {
            best = (cost, samples as u32);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_of_one_sample_are_never_dense_and_common_ones_are() {
        let mut counts = vec![1u32; 1000];
        counts.extend([2000; 50]);
        let threshold = cheapest_threshold(&counts, 125);
        assert!((1..2000).contains(&threshold), "{threshold}");
        assert_eq!(cheapest_threshold(&[0], 1), 1);
        assert_eq!(cheapest_threshold(&[], 1), 1);
    }
}
