//! Gives a tree another root: halfway of its longest path, or beside an outgroup. Knows no feature table.
//!
//! A tree says where its root is only by the order of its text; for programs that infer trees without a clock that place is
//! an accident. Rooting looks at the tree without its root: single-child nodes above the first split are dropped, and a root of
//! two children, which stands on a branch, is taken out and its two branches become one.

mod midpoint;
mod outgroup;
mod reroot;

use crate::error::TableError;
use crate::phylogeny::{NO_NODE, Phylogeny};
use reroot::Place;

/// Where the root of a tree shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rooting {
    /// Halfway of the longest path between two tips.
    Midpoint,
    /// In the middle of the branch that parts these tips from all others.
    Outgroup(Vec<String>),
}

/// The tree with its root at the wanted place.
///
/// Branches, tips and the ways between them stay as they are. Names of internal nodes stay with their nodes, but numbers, which
/// are support values, stay with their branches.
///
/// # Errors
/// `OUTGROUP_INVALID` if a name is no tip, or no branch parts the tips of the outgroup from the others.
pub fn rooted(tree: &Phylogeny, rooting: &Rooting) -> Result<Phylogeny, TableError> {
    let place = match rooting {
        Rooting::Midpoint => midpoint::place(tree).unwrap_or(Place::Node(first_split(tree))),
        Rooting::Outgroup(names) => outgroup::place(tree, names)?,
    };
    reroot::reroot(tree, place)
}

/// The first node from the root downwards that has several children, or a tip if none has.
fn first_split(tree: &Phylogeny) -> u32 {
    let parents = tree.parents();
    let mut node = 0u32;
    // In preorder a second child would lie behind all that is below the first.
    let children = child_counts(parents);
    while children[node as usize] == 1 {
        node += 1;
    }
    node
}

fn child_counts(parents: &[u32]) -> Vec<u32> {
    let mut counts = vec![0u32; parents.len()];
    parents.iter().filter(|&&parent| parent != NO_NODE).for_each(|&parent| counts[parent as usize] += 1);
    counts
}

impl Phylogeny {
    /// Number of children of the root. Three or more is how programs write trees that have no root.
    pub fn root_child_count(&self) -> usize {
        self.parents().iter().filter(|&&parent| parent == 0).count()
    }
}
