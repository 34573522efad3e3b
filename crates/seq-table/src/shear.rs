//! The part of a tree that some of its tips span. Knows no feature table.

use crate::error::TableError;
use crate::phylogeny::{NO_NODE, NodeNames, Phylogeny, Span};

/// What becomes of nodes that are left with one child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SingleChildren {
    /// They are merged into that child, which keeps its name and takes over their length. The root is never merged, so the
    /// way from it down to the first split stays.
    #[default]
    Collapse,
    /// They stay.
    Keep,
}

/// The tree of some of its tips: every other tip is cut off, and every branch that is left without tips.
///
/// Ways between the tips and from them to the root keep their lengths, so no distance between samples of these tips changes.
///
/// # Errors
/// `TREE_EMPTY` if no tip is kept; `TREE_ARRAYS_INVALID` if a number is no tip of the tree.
pub fn shear(tree: &Phylogeny, tips: &[u32], single_children: SingleChildren) -> Result<Phylogeny, TableError> {
    let parents = tree.parents();
    if tips.is_empty() {
        return Err(TableError::TreeEmpty);
    }
    let kept_children = kept_children(tree, tips)?;
    let (mut new_parents, mut new_lengths, mut names) = (Vec::new(), Vec::new(), NodeNames::default());
    // Of every kept node: the new node its children hang on, and the length they take along.
    let mut carried = vec![(NO_NODE, 0.0f64); parents.len()];
    for node in 0..parents.len() {
        let Some(children) = kept_children[node] else { continue };
        let (parent, above) = if node == 0 { (NO_NODE, 0.0) } else { carried[parents[node] as usize] };
        let length = above + tree.lengths()[node];
        if node != 0 && children == 1 && single_children == SingleChildren::Collapse {
            carried[node] = (parent, length);
            continue;
        }
        carried[node] = (new_parents.len() as u32, 0.0);
        new_parents.push(parent);
        new_lengths.push(length);
        let name = tree.name(node as u32);
        names.spans.push(Span { start: names.text.len() as u32, len: name.len() as u32 });
        names.text.push_str(name);
    }
    Phylogeny::assemble(new_parents, new_lengths, names)
}

/// Number of children of each node that have a wanted tip at or below; nothing for nodes that have none.
fn kept_children(tree: &Phylogeny, tips: &[u32]) -> Result<Vec<Option<u32>>, TableError> {
    let mut kept = vec![None; tree.node_count()];
    for &tip in tips {
        if tip as usize >= tree.node_count() || !tree.is_tip(tip) {
            return Err(TableError::TreeArraysInvalid { found: format!("node {tip} is no tip") });
        }
        kept[tip as usize] = Some(0);
    }
    for node in (1..tree.node_count()).rev() {
        if kept[node].is_some() {
            let parent = &mut kept[tree.parents()[node] as usize];
            *parent = Some(parent.unwrap_or(0) + 1);
        }
    }
    Ok(kept)
}
