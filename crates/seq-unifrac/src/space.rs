//! The part of a phylogeny that a set of features spans, prepared for fast sums. Knows no samples.

use seq_table::{NO_NODE, Phylogeny};

use crate::UnifracError;
use crate::fixed::Distances;
use crate::range_min::RangeMin;

/// Stands for a feature that no tip has.
pub(crate) const NO_TIP: u32 = u32::MAX;

/// How branch lengths are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LengthPrecision {
    /// As 64-bit floats, as written in the tree.
    #[default]
    F64,
    /// Each rounded to a 32-bit float first, as `ssu` of unifrac-binaries reads them.
    F32,
}

/// How a space is made from a tree.
#[derive(Debug, Clone, Copy, Default)]
pub struct SpaceOptions {
    /// How branch lengths are taken.
    pub length_precision: LengthPrecision,
    /// Takes every branch that ends in a tip as 0 long.
    pub bypass_tips: bool,
    /// Measures of abundance take counts as they are, and not as parts of the sample's reads.
    pub absolute_counts: bool,
}

/// A tree cut down to the tips of a list of features, with every node of one child merged into that child. Distances are
/// the same as in the whole tree: the way from the root to the first split stays, and the root's own length never counts.
pub struct PhylogeneticSpace {
    /// Whether counts are taken as they are.
    pub(crate) absolute_counts: bool,
    /// Parents in preorder; node 0 is the root of the tree.
    pub(crate) parents: Vec<u32>,
    pub(crate) lengths: Vec<f64>,
    /// For every node, the node after the last one below it.
    pub(crate) ends: Vec<u32>,
    /// Nodes of the tips in preorder; a position here is a tip's rank.
    pub(crate) tip_nodes: Vec<u32>,
    /// Rank of the tip of every feature, or [`NO_TIP`].
    pub(crate) feature_ranks: Vec<u32>,
    pub(crate) distances: Distances,
    /// For every rank, the lowest common ancestor of that tip and the next.
    ancestors: RangeMin,
}

impl PhylogeneticSpace {
    /// Prepares a tree for features whose tips are given as nodes of the tree; [`NO_NODE`] means that the tree lacks the
    /// feature, which then counts nowhere. Several features may share a tip.
    ///
    /// # Errors
    /// `NOT_A_TIP`.
    pub fn new(tree: &Phylogeny, feature_tips: &[u32], options: SpaceOptions) -> Result<Self, UnifracError> {
        let is_known = |node: u32| (node as usize) < tree.node_count() && tree.is_tip(node);
        if let Some(feature) = feature_tips.iter().position(|&node| node != NO_NODE && !is_known(node)) {
            return Err(UnifracError::NotATip { feature, node: feature_tips[feature] });
        }
        let shorn = Shorn::new(tree, feature_tips, options);
        let Shorn { parents, lengths, numbers, .. } = shorn;
        let tip_nodes = tips_of(&parents);
        let rank_of = |&tip: &u32| match tip {
            NO_NODE => NO_TIP,
            tip => tip_nodes.partition_point(|&node| node < numbers[tip as usize]) as u32,
        };
        let feature_ranks = feature_tips.iter().map(rank_of).collect();
        let distances = Distances::new(&parents, &lengths, &tip_nodes);
        let ends = subtree_ends(&parents);
        let ancestors = RangeMin::new(neighbours_ancestors(&parents, &ends, &tip_nodes));
        Ok(Self {
            absolute_counts: options.absolute_counts,
            parents,
            lengths,
            ends,
            tip_nodes,
            feature_ranks,
            distances,
            ancestors,
        })
    }

    /// Number of features the space was made for.
    pub fn feature_count(&self) -> usize {
        self.feature_ranks.len()
    }

    /// Nodes left after cutting and merging, the root included.
    pub fn node_count(&self) -> usize {
        self.parents.len()
    }

    /// Sum of all branch lengths that some feature has, in the unit of the tree.
    pub fn total_length(&self) -> f64 {
        self.lengths.iter().sum()
    }

    /// Lowest common ancestor of the tips of two ranks, the smaller first.
    pub(crate) fn ancestor(&self, rank: u32, higher_rank: u32) -> u32 {
        // Of the ancestors between neighbours, the lowest common ancestor of both ends has the smallest preorder number.
        self.ancestors.min(rank as usize, higher_rank as usize)
    }
}

/// A tree cut down and merged; arrays of the new tree, and where old nodes went.
struct Shorn {
    parents: Vec<u32>,
    lengths: Vec<f64>,
    /// New number of every old node that is kept and not merged.
    numbers: Vec<u32>,
}

impl Shorn {
    fn new(tree: &Phylogeny, feature_tips: &[u32], options: SpaceOptions) -> Self {
        let old = tree.parents();
        let kept_children = kept_children(old, feature_tips);
        let is_named = |node: usize| kept_children[node] != u32::MAX;
        let mut shorn = Self { parents: vec![NO_NODE], lengths: vec![0.0], numbers: vec![NO_NODE; old.len()] };
        shorn.numbers[0] = 0;
        // Of every kept old node: the new node that its children hang on, and the length they take along.
        let mut carried = vec![(0u32, 0.0f64); old.len()];
        for node in 1..old.len() {
            if !is_named(node) {
                continue;
            }
            let (parent, above) = carried[old[node] as usize];
            let length = above + branch_length(tree, node as u32, options);
            if kept_children[node] == 1 {
                carried[node] = (parent, length);
                continue;
            }
            let number = shorn.parents.len() as u32;
            shorn.parents.push(parent);
            shorn.lengths.push(length);
            shorn.numbers[node] = number;
            carried[node] = (number, 0.0);
        }
        shorn
    }
}

fn branch_length(tree: &Phylogeny, node: u32, options: SpaceOptions) -> f64 {
    if options.bypass_tips && tree.is_tip(node) {
        return 0.0;
    }
    let length = tree.lengths()[node as usize];
    match options.length_precision {
        LengthPrecision::F64 => length,
        LengthPrecision::F32 => f64::from(length as f32),
    }
}

/// Per node the number of children with a wanted tip below, or `u32::MAX` if the node itself has none.
fn kept_children(parents: &[u32], wanted: &[u32]) -> Vec<u32> {
    let mut counts = vec![u32::MAX; parents.len()];
    for &tip in wanted {
        if tip != NO_NODE {
            counts[tip as usize] = 0;
        }
    }
    for node in (1..parents.len()).rev() {
        if counts[node] != u32::MAX {
            let count = &mut counts[parents[node] as usize];
            *count = if *count == u32::MAX { 1 } else { *count + 1 };
        }
    }
    counts
}

fn tips_of(parents: &[u32]) -> Vec<u32> {
    let count = parents.len() as u32;
    (0..count).filter(|&node| parents.get(node as usize + 1) != Some(&node)).collect()
}

fn subtree_ends(parents: &[u32]) -> Vec<u32> {
    let mut ends: Vec<u32> = (1..=parents.len() as u32).collect();
    for node in (1..parents.len()).rev() {
        let parent = parents[node] as usize;
        ends[parent] = ends[parent].max(ends[node]);
    }
    ends
}

/// For every tip but the last, the lowest common ancestor of it and the next one in preorder.
fn neighbours_ancestors(parents: &[u32], ends: &[u32], tips: &[u32]) -> Vec<u32> {
    let step = |pair: &[u32]| {
        // In all, every node is left upwards at most once.
        let mut node = pair[0];
        while ends[node as usize] <= pair[1] {
            node = parents[node as usize];
        }
        node
    };
    tips.windows(2).map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use seq_table::{NegativeLengths, parse_newick};

    fn space(text: &str, features: &[&str], options: SpaceOptions) -> PhylogeneticSpace {
        let tree = parse_newick(text.as_bytes(), NegativeLengths::Refuse).unwrap();
        let tips: Vec<u32> = features.iter().map(|name| tree.tip(name).unwrap_or(NO_NODE)).collect();
        PhylogeneticSpace::new(&tree, &tips, options).unwrap()
    }

    #[test]
    fn cuts_unused_tips_and_merges_single_children_but_keeps_the_way_to_the_root() {
        let whole = "(((a:1,b:2):4,x:8):16,(y:32,(c:64):128):256)root:512;";
        let space = space(whole, &["c", "nowhere", "a", "b"], SpaceOptions::default());
        assert_eq!(space.parents, [NO_NODE, 0, 1, 1, 0]);
        assert_eq!(space.lengths, [0.0, 20.0, 1.0, 2.0, 448.0]);
        assert_eq!(space.feature_ranks, [2, NO_TIP, 0, 1]);
        assert_eq!(space.ends, [5, 4, 3, 4, 5]);
        assert_eq!((space.ancestor(0, 1), space.ancestor(0, 2), space.ancestor(1, 2)), (1, 0, 0));
    }

    #[test]
    fn takes_lengths_of_tips_as_zero_or_in_32_bits_when_asked() {
        let options = SpaceOptions { bypass_tips: true, ..SpaceOptions::default() };
        assert_eq!(space("((a:1):2,b:4);", &["a", "b"], options).lengths, [0.0, 2.0, 0.0]);
        let options = SpaceOptions { length_precision: LengthPrecision::F32, ..SpaceOptions::default() };
        assert_eq!(space("(a:0.1,b:4);", &["a", "b"], options).lengths, [0.0, f64::from(0.1f32), 4.0]);
    }

    #[test]
    fn a_space_of_no_features_is_the_root_alone() {
        for features in [&[][..], &["nowhere"]] {
            let space = space("(a:1,b:2);", features, SpaceOptions::default());
            assert_eq!((space.node_count(), space.feature_count()), (1, features.len()));
        }
        assert_eq!(space("a;", &["a"], SpaceOptions::default()).feature_ranks, [0]);
    }

    #[test]
    fn refuses_nodes_that_are_no_tips() {
        let tree = parse_newick(b"(a:1,b:2);", NegativeLengths::Refuse).unwrap();
        for node in [0, 3] {
            let error = PhylogeneticSpace::new(&tree, &[1, node], SpaceOptions::default()).err().unwrap();
            assert_eq!(error, UnifracError::NotATip { feature: 1, node });
        }
    }

    #[test]
    fn a_caterpillar_is_prepared_in_linear_time() {
        let deep = 300_000;
        let mut text = "(".repeat(deep) + "x";
        for tip in 0..deep {
            text.push_str(&format!(",t{tip}:1):0.5"));
        }
        let tree = parse_newick(text.as_bytes(), NegativeLengths::Refuse).unwrap();
        let space = PhylogeneticSpace::new(&tree, tree.tips(), SpaceOptions::default()).unwrap();
        assert_eq!(space.node_count(), 2 * deep + 1);
        assert_eq!(space.ancestor(0, deep as u32), 0);
    }
}
