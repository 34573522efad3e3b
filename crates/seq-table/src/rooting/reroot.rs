//! Turns a tree round so that another place becomes its root. Knows not why there.

use super::{child_counts, first_split};
use crate::error::TableError;
use crate::phylogeny::{NO_NODE, NodeNames, Phylogeny, Span};

/// A place in a tree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// At a node.
    Node(u32),
    /// On the branch above a node, at a distance from it, at most the length of the branch.
    Branch { node: u32, below: f64 },
}

/// The tree with its root at `place`, which is no node above the first split.
pub(super) fn reroot(tree: &Phylogeny, place: Place) -> Result<Phylogeny, TableError> {
    let mut turned = Turned::new(tree);
    match place {
        Place::Node(node) => turned.walk_from(node),
        Place::Branch { node, below } => turned.walk_from_branch(node, below),
    }
    Phylogeny::assemble(turned.parents, turned.lengths, turned.names)
}

/// A step from one node to a neighbour.
#[derive(Clone, Copy)]
struct Step {
    from: u32,
    to: u32,
    new_parent: u32,
    length: f64,
    /// The node whose branch, in the old tree, is gone along.
    branch: u32,
}

struct Turned<'a> {
    tree: &'a Phylogeny,
    top: u32,
    child_counts: Vec<u32>,
    /// For every node, the node behind all that is below it.
    ends: Vec<u32>,
    parents: Vec<u32>,
    lengths: Vec<f64>,
    names: NodeNames,
}

impl<'a> Turned<'a> {
    fn new(tree: &'a Phylogeny) -> Self {
        let (parents, top) = (tree.parents(), first_split(tree));
        let mut ends: Vec<u32> = (1..=parents.len() as u32).collect();
        for node in (1..parents.len()).rev() {
            let parent = parents[node] as usize;
            ends[parent] = ends[parent].max(ends[node]);
        }
        let child_counts = child_counts(parents);
        Self { tree, top, child_counts, ends, parents: vec![], lengths: vec![], names: NodeNames::default() }
    }

    fn walk_from(&mut self, node: u32) {
        self.push(NO_NODE, 0.0, self.node_name(node, NO_NODE));
        let mut steps = Vec::new();
        self.neighbours(node, NO_NODE, 0, &mut steps);
        self.walk(steps);
    }

    fn walk_from_branch(&mut self, node: u32, below: f64) {
        self.push(NO_NODE, 0.0, "");
        let length = self.tree.lengths()[node as usize];
        let upper = self.tree.parents()[node as usize];
        let up = Step { from: node, to: upper, new_parent: 0, length: (length - below).max(0.0), branch: node };
        let down = Step { from: upper, to: node, new_parent: 0, length: below, branch: node };
        self.walk(vec![up, down]);
    }

    /// Goes along all steps, the last one first, and on to all that lies behind.
    fn walk(&mut self, mut steps: Vec<Step>) {
        while let Some(step) = steps.pop() {
            if let Some(through) = self.through_top(step) {
                steps.push(through);
                continue;
            }
            let number = self.parents.len() as u32;
            self.push(step.new_parent, step.length, self.node_name(step.to, step.branch));
            self.neighbours(step.to, step.from, number, &mut steps);
        }
    }

    /// A step to an old root that is left with one neighbour goes on to it.
    fn through_top(&self, step: Step) -> Option<Step> {
        if step.to != self.top || self.child_counts[self.top as usize] != 2 {
            return None;
        }
        let first = self.top + 1;
        let other = if step.from == first { self.ends[first as usize] } else { first };
        let length = step.length + self.tree.lengths()[other as usize];
        Some(Step { from: self.top, to: other, length, branch: other, ..step })
    }

    /// Adds the steps from a node to all its neighbours but one: last the children in their order, so that they are taken first.
    fn neighbours(&self, node: u32, except: u32, new_parent: u32, steps: &mut Vec<Step>) {
        let lengths = self.tree.lengths();
        let upper = self.tree.parents()[node as usize];
        if node != self.top && upper != except {
            steps.push(Step { from: node, to: upper, new_parent, length: lengths[node as usize], branch: node });
        }
        let start = steps.len();
        let mut child = node + 1;
        while child < self.ends[node as usize] {
            if child != except {
                let length = lengths[child as usize];
                steps.push(Step { from: node, to: child, new_parent, length, branch: child });
            }
            child = self.ends[child as usize];
        }
        steps[start..].reverse();
    }

    /// The name a node has when it is reached along the branch above `branch`, which may be itself or what was below it.
    fn node_name(&self, node: u32, branch: u32) -> &'a str {
        let own = self.tree.name(node);
        let is_own_branch = branch == node;
        if self.tree.is_tip(node) || is_own_branch || (!own.is_empty() && !is_support(own)) {
            return own;
        }
        // Its own number belongs to the branch that now lies below it.
        match branch {
            NO_NODE => "",
            branch if self.tree.is_tip(branch) => "",
            branch => Some(self.tree.name(branch)).filter(|name| is_support(name)).unwrap_or(""),
        }
    }

    fn push(&mut self, parent: u32, length: f64, name: &str) {
        self.parents.push(parent);
        self.lengths.push(length);
        let start = self.names.text.len() as u32;
        self.names.text.push_str(name);
        self.names.spans.push(Span { start, len: name.len() as u32 });
    }
}

/// Whether a name is one or several numbers, as `0.95`, `100` or `98.2/100`.
fn is_support(name: &str) -> bool {
    !name.is_empty() && name.split('/').all(|part| part.parse::<f64>().is_ok_and(f64::is_finite))
}
