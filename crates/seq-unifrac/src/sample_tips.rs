//! Which tips each sample has, in the order of the tree. Knows no distances.

use std::ops::Range;

use seq_table::{SampleCounts, SampleFeatures};

use crate::fixed::{Fixed, RootDistances};
use crate::space::{NO_TIP, PhylogeneticSpace};
use crate::workers::Workers;

/// Samples that one thread looks at in a row.
const AT_ONCE: usize = 64;

/// Tips present in each sample, in the order of the tree and distinct, with the lowest common ancestor of each two neighbours.
/// Features that the tree lacks are left out.
pub struct SampleTips {
    offsets: Vec<usize>,
    ranks: Vec<u32>,
    /// Node of each tip.
    nodes: Vec<u32>,
    /// Lowest common ancestor of each tip and the next one of the same sample; that of the last one means nothing.
    ancestors: Vec<u32>,
}

impl SampleTips {
    /// Every listed feature is present.
    pub fn of_features(space: &PhylogeneticSpace, table: &SampleFeatures<'_>) -> Self {
        let present = |sample: usize| table.sample(sample).iter().map(|&feature| (feature, 1.0));
        Self::collect(space, 0..table.sample_count(), present).0
    }

    /// A feature is present in a sample if its count is above 0.
    pub fn of_counts(space: &PhylogeneticSpace, table: &SampleCounts<'_>) -> Self {
        Self::with_counts(space, table, &Workers::none()).0
    }

    /// As [`SampleTips::of_counts`], with the count of every tip in the order of all samples' tips.
    pub(crate) fn with_counts(
        space: &PhylogeneticSpace,
        table: &SampleCounts<'_>,
        workers: &Workers,
    ) -> (Self, Vec<f64>) {
        let samples = table.sample_count();
        let present = |sample: usize| table.sample(sample).filter(|&(_, count)| count > 0.0);
        let some =
            |_: &mut (), part: usize| Self::collect(space, part * AT_ONCE..samples.min((part + 1) * AT_ONCE), present);
        let (mut tips, mut counts) = (Self::none(), Vec::new());
        for (part, part_counts) in workers.map(samples.div_ceil(AT_ONCE), || (), some) {
            tips.append(&part);
            counts.extend(part_counts);
        }
        (tips, counts)
    }

    fn collect<I: Iterator<Item = (u32, f64)>>(
        space: &PhylogeneticSpace,
        samples: Range<usize>,
        present: impl Fn(usize) -> I,
    ) -> (Self, Vec<f64>) {
        let (mut tips, mut counts) = (Self::none(), Vec::new());
        let mut entries: Vec<(u32, f64)> = Vec::new();
        for sample in samples {
            let ranked = present(sample).map(|(feature, count)| (space.feature_ranks[feature as usize], count));
            entries.clear();
            entries.extend(ranked.filter(|&(rank, _)| rank != NO_TIP));
            // Stable, so that counts of features that share a tip add up in the order of the table.
            entries.sort_by_key(|&(rank, _)| rank);
            let start = tips.ranks.len();
            for same in entries.chunk_by(|a, b| a.0 == b.0) {
                let rank = same[0].0;
                if tips.ranks.len() > start {
                    tips.ancestors.push(space.ancestor(tips.ranks[tips.ranks.len() - 1], rank));
                }
                tips.ranks.push(rank);
                tips.nodes.push(space.tip_nodes[rank as usize]);
                counts.push(same.iter().fold(0.0, |sum, &(_, count)| sum + count));
            }
            if tips.ranks.len() > start {
                tips.ancestors.push(0);
            }
            tips.offsets.push(tips.ranks.len());
        }
        (tips, counts)
    }

    /// Adds samples behind those that are there.
    fn append(&mut self, more: &Self) {
        let before = self.ranks.len();
        self.ranks.extend_from_slice(&more.ranks);
        self.nodes.extend_from_slice(&more.nodes);
        self.ancestors.extend_from_slice(&more.ancestors);
        self.offsets.extend(more.offsets[1..].iter().map(|offset| before + offset));
    }

    fn none() -> Self {
        Self { offsets: vec![0], ranks: Vec::new(), nodes: Vec::new(), ancestors: Vec::new() }
    }

    /// Some of the samples, in the given order.
    pub(crate) fn select(&self, chosen: &[usize]) -> Self {
        let mut tips = Self::none();
        for &sample in chosen {
            let range = self.range(sample);
            tips.ranks.extend_from_slice(&self.ranks[range.clone()]);
            tips.nodes.extend_from_slice(&self.nodes[range.clone()]);
            tips.ancestors.extend_from_slice(&self.ancestors[range]);
            tips.offsets.push(tips.ranks.len());
        }
        tips
    }

    /// Number of samples.
    pub fn sample_count(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether a sample has no tip.
    pub fn is_empty(&self, sample: usize) -> bool {
        self.offsets[sample] == self.offsets[sample + 1]
    }

    /// Where the tips of a sample are among those of all samples.
    pub(crate) fn range(&self, sample: usize) -> Range<usize> {
        self.offsets[sample]..self.offsets[sample + 1]
    }

    /// Nodes of the tips of a sample.
    pub(crate) fn nodes(&self, sample: usize) -> &[u32] {
        &self.nodes[self.range(sample)]
    }

    /// Lowest common ancestor of each tip of a sample and its next one; that of the last one means nothing.
    pub(crate) fn ancestors(&self, sample: usize) -> &[u32] {
        &self.ancestors[self.range(sample)]
    }

    /// Ranks of the tips of all samples, one sample after the other.
    pub(crate) fn ranks(&self) -> &[u32] {
        &self.ranks
    }

    /// Calls `visit` with the node of every tip of a sample and 1, and with the lowest common ancestor of every two
    /// neighbours and -1.
    ///
    /// For any sum over paths from the root, these add up to the sum over all branches that have one of the tips below,
    /// each counted once: a branch with `k` of the tips below is part of `k` paths and of `k - 1` ancestors'.
    pub(crate) fn for_each_path(&self, sample: usize, mut visit: impl FnMut(u32, i32)) {
        let range = self.range(sample);
        let (nodes, ancestors) = (&self.nodes[range.clone()], &self.ancestors[range]);
        nodes.iter().for_each(|&node| visit(node, 1));
        ancestors.iter().take(nodes.len().saturating_sub(1)).for_each(|&ancestor| visit(ancestor, -1));
    }

    /// Sum of the branch lengths that each sample covers.
    pub(crate) fn covered<F: Fixed>(&self, distances: &RootDistances<F>) -> Vec<F> {
        let covered = |sample| {
            let mut sum = F::default();
            self.for_each_path(sample, |node, sign| {
                let path = distances.sums[node as usize];
                sum = if sign > 0 { sum.plus(path) } else { sum.minus(path) };
            });
            sum
        };
        (0..self.sample_count()).map(covered).collect()
    }

    /// Number of branches of positive length that each sample covers.
    pub(crate) fn branch_counts(&self, space: &PhylogeneticSpace) -> Vec<u64> {
        let count = |sample| {
            let mut count = 0i64;
            self.for_each_path(sample, |node, sign| {
                count += i64::from(sign) * i64::from(space.distances.branches(node));
            });
            count.unsigned_abs()
        };
        (0..self.sample_count()).map(count).collect()
    }
}
