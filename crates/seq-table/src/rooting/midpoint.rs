//! Halfway of the longest path between two tips.
//!
//! Farris 1972, doi:10.1086/282802.

use super::reroot::Place;
use crate::phylogeny::Phylogeny;

/// A way from a node down to one of its tips.
#[derive(Clone, Copy)]
struct Way {
    length: f64,
    child: u32,
}

const NO_WAY: Way = Way { length: f64::NEG_INFINITY, child: 0 };

/// The two longest ways down from a node, through different children; of equal ones that which comes first in the tree.
#[derive(Clone, Copy)]
struct Longest {
    first: Way,
    second: Way,
}

/// The middle of the longest path, or nothing if the tree has fewer than two tips.
///
/// All longest paths have the same middle, unless branches of length 0 meet there; then the first in the order of the tree
/// counts.
pub(super) fn place(tree: &Phylogeny) -> Option<Place> {
    let longest = longest_ways(tree);
    let mut top = None;
    for (node, ways) in longest.iter().enumerate().filter(|(_, ways)| ways.second.length >= 0.0) {
        let path = ways.first.length + ways.second.length;
        if top.is_none_or(|(_, most)| path > most) {
            top = Some((node, path));
        }
    }
    let (top, _) = top?;
    // Going down the longer side from the highest node of the path until both sides are equal.
    let mut down = (longest[top].first.length - longest[top].second.length) / 2.0;
    let mut node = top as u32;
    while down > 0.0 {
        let child = longest[node as usize].first.child;
        let length = tree.lengths()[child as usize];
        if down < length {
            return Some(Place::Branch { node: child, below: length - down });
        }
        if tree.is_tip(child) {
            // Half of a path ends above its tip; only rounding leads here.
            return Some(Place::Branch { node: child, below: 0.0 });
        }
        down -= length;
        node = child;
    }
    Some(Place::Node(node))
}

fn longest_ways(tree: &Phylogeny) -> Vec<Longest> {
    let mut longest = vec![Longest { first: NO_WAY, second: NO_WAY }; tree.node_count()];
    // Children before parents, and of the children the last one first.
    for node in (1..tree.node_count()).rev() {
        let below = if tree.is_tip(node as u32) { 0.0 } else { longest[node].first.length };
        let way = Way { length: below + tree.lengths()[node], child: node as u32 };
        let ways = &mut longest[tree.parents()[node] as usize];
        if way.length >= ways.first.length {
            *ways = Longest { first: way, second: ways.first };
        } else if way.length >= ways.second.length {
            ways.second = way;
        }
    }
    longest
}
