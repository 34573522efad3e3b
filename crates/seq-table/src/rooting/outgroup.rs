//! The branch that parts an outgroup from all other tips.

use super::reroot::Place;
use super::{child_counts, first_split};
use crate::error::TableError;
use crate::phylogeny::Phylogeny;

/// The middle of that branch.
pub(super) fn place(tree: &Phylogeny, names: &[String]) -> Result<Place, TableError> {
    let is_outgroup = marked(tree, names)?;
    let outgroup = is_outgroup.iter().filter(|&&is| is).count() as u32;
    let all = tree.tips().len() as u32;
    if outgroup == 0 || outgroup == all {
        let found = format!("{outgroup} of {all} tips are named; name some, and not all");
        return Err(TableError::OutgroupInvalid { found });
    }
    let (tips, marked) = tips_below(tree, &is_outgroup);
    // The branch above a node parts the tips below it from the others: one of both sides must be the outgroup.
    let parts = |node: usize| {
        let (tips, marked) = (tips[node], marked[node]);
        (marked == outgroup && tips == outgroup) || (marked == 0 && tips == all - outgroup)
    };
    let top = first_split(tree) as usize;
    match (top + 1..tree.node_count()).rev().find(|&node| parts(node)) {
        Some(node) => Ok(middle_of_branch(tree, node as u32, top as u32)),
        None => Err(not_a_clade(tree, &is_outgroup, &tips, &marked, outgroup)),
    }
}

/// Which nodes are tips of the outgroup.
fn marked(tree: &Phylogeny, names: &[String]) -> Result<Vec<bool>, TableError> {
    let mut is_outgroup = vec![false; tree.node_count()];
    let mut unknown: Vec<&str> = Vec::new();
    for name in names {
        match tree.tip(name) {
            Some(tip) => is_outgroup[tip as usize] = true,
            None => unknown.push(name),
        }
    }
    match unknown.first() {
        None => Ok(is_outgroup),
        Some(first) => {
            let found = format!("{} of {} names are no tips (first: \"{first}\")", unknown.len(), names.len());
            Err(TableError::OutgroupInvalid { found })
        }
    }
}

/// Tips at and below each node, and those of them that are marked.
fn tips_below(tree: &Phylogeny, is_marked: &[bool]) -> (Vec<u32>, Vec<u32>) {
    let mut tips: Vec<u32> = (0..tree.node_count() as u32).map(|node| u32::from(tree.is_tip(node))).collect();
    let mut marked: Vec<u32> = is_marked.iter().map(|&is| u32::from(is)).collect();
    for node in (1..tree.node_count()).rev() {
        let parent = tree.parents()[node] as usize;
        tips[parent] += tips[node];
        marked[parent] += marked[node];
    }
    (tips, marked)
}

/// A root of two children stands on a branch, which then is as long as both its parts.
fn middle_of_branch(tree: &Phylogeny, node: u32, top: u32) -> Place {
    let (parents, lengths) = (tree.parents(), tree.lengths());
    let own = lengths[node as usize];
    let is_half = parents[node as usize] == top && child_counts(parents)[top as usize] == 2;
    let sibling = (top + 1..tree.node_count() as u32).find(|&other| other != node && parents[other as usize] == top);
    match sibling.filter(|_| is_half) {
        None => Place::Branch { node, below: own / 2.0 },
        Some(sibling) => {
            let half = (own + lengths[sibling as usize]) / 2.0;
            if half <= own { Place::Branch { node, below: half } } else { Place::Branch { node: sibling, below: half } }
        }
    }
}

fn not_a_clade(tree: &Phylogeny, is_outgroup: &[bool], tips: &[u32], marked: &[u32], outgroup: u32) -> TableError {
    // The lowest node above the whole outgroup; the tips below a node follow it without a gap.
    let lowest = (0..tree.node_count()).rev().find(|&node| marked[node] == outgroup).unwrap_or(0);
    let others = tips[lowest] - outgroup;
    let from = tree.tips().partition_point(|&tip| (tip as usize) < lowest);
    let first = tree.tips()[from..].iter().find(|&&tip| !is_outgroup[tip as usize]).map_or("", |&tip| tree.name(tip));
    let found = format!(
        "no branch parts its {outgroup} tips from all others: below their last common ancestor there are {others} more \
         (first: \"{first}\")"
    );
    TableError::OutgroupInvalid { found }
}
