//! A rooted tree as flat arrays in preorder. Knows no file format and no feature table.

use std::fmt;

use crate::TableError;
use crate::name_index::NameIndex;

/// Stands where there is no node: the parent of the root, or a name that no tip has.
pub const NO_NODE: u32 = u32::MAX;

/// Where the name of a node lies in the text that holds all names.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Span {
    pub start: u32,
    pub len: u32,
}

/// Names of nodes, end to end in one text.
#[derive(Debug, Default)]
pub(crate) struct NodeNames {
    pub text: String,
    pub spans: Vec<Span>,
}

impl NodeNames {
    pub fn get(&self, node: u32) -> &str {
        let Span { start, len } = self.spans[node as usize];
        &self.text[start as usize..start as usize + len as usize]
    }
}

/// A rooted phylogeny: nodes are numbered in preorder, so node 0 is the root, a parent has a smaller number than its
/// children, and the nodes below a node follow it without a gap. Any number of children is allowed, one included.
///
/// Branch lengths belong to the lower node of the branch, are finite and >= 0, in any unit. The root may carry a length
/// too; it is kept, and no measure counts it.
pub struct Phylogeny {
    parents: Vec<u32>,
    lengths: Vec<f64>,
    names: NodeNames,
    tips: Vec<u32>,
    index: NameIndex,
}

impl Phylogeny {
    /// Takes a tree as arrays in preorder; `""` means that a node has no name.
    ///
    /// # Errors
    /// `TREE_EMPTY`, `TREE_TOO_LARGE`, `TREE_ARRAYS_INVALID` (lengths differ, numbering is not preorder, a length is not
    /// finite or negative, a name has a NUL character), `TIP_NAME_DUPLICATE`.
    pub fn from_arrays<N: AsRef<str>>(parents: Vec<u32>, lengths: Vec<f64>, names: &[N]) -> Result<Self, TableError> {
        let invalid = |found: String| Err(TableError::TreeArraysInvalid { found });
        if parents.is_empty() {
            return Err(TableError::TreeEmpty);
        }
        if parents.len() != lengths.len() || parents.len() != names.len() {
            let found = format!("{} parents, {} lengths, {} names", parents.len(), lengths.len(), names.len());
            return invalid(found);
        }
        if let Some(node) = lengths.iter().position(|length| !(length.is_finite() && *length >= 0.0)) {
            return invalid(format!("the length of node {node} is {}, not a finite number >= 0", lengths[node]));
        }
        if let Some(node) = first_out_of_preorder(&parents) {
            return invalid(format!("node {node} with parent {} is not in preorder", parents[node]));
        }
        if let Some(node) = names.iter().position(|name| name.as_ref().contains('\0')) {
            return invalid(format!("the name of node {node} has a NUL character"));
        }
        let mut held = NodeNames::default();
        for name in names {
            let start = offset(held.text.len(), names.len())?;
            held.text.push_str(name.as_ref());
            held.spans.push(Span { start, len: offset(held.text.len(), names.len())? - start });
        }
        Self::assemble(parents, lengths, held)
    }

    /// Takes arrays that are known to be a tree in preorder.
    pub(crate) fn assemble(parents: Vec<u32>, lengths: Vec<f64>, names: NodeNames) -> Result<Self, TableError> {
        offset(0, parents.len())?;
        let count = parents.len() as u32;
        let is_tip = |node: u32| node + 1 == count || parents[node as usize + 1] != node;
        let tips: Vec<u32> = (0..count).filter(|&node| is_tip(node)).collect();
        let named: Vec<u32> = tips.iter().copied().filter(|&tip| names.spans[tip as usize].len > 0).collect();
        let (index, repeated) = NameIndex::build(&named, |node| names.get(node));
        if let Some(first) = repeated.iter().min_by_key(|pair| pair.later) {
            let first = names.get(first.earlier).to_owned();
            return Err(TableError::TipNameDuplicate { first, count: repeated.len() });
        }
        Ok(Self { parents, lengths, names, tips, index })
    }

    /// Number of nodes, the root included.
    pub fn node_count(&self) -> usize {
        self.parents.len()
    }

    /// Parent of every node; that of the root is [`NO_NODE`].
    pub fn parents(&self) -> &[u32] {
        &self.parents
    }

    /// Branch length above every node, 0 where the text gave none.
    pub fn lengths(&self) -> &[f64] {
        &self.lengths
    }

    /// Nodes without children, in preorder, which is their order in the text.
    pub fn tips(&self) -> &[u32] {
        &self.tips
    }

    /// Name of a node, `""` if it has none.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn name(&self, node: u32) -> &str {
        self.names.get(node)
    }

    /// Whether a node has no children.
    pub fn is_tip(&self, node: u32) -> bool {
        self.parents.get(node as usize + 1) != Some(&node)
    }

    /// The tip of a name; unnamed tips are never found.
    pub fn tip(&self, name: &str) -> Option<u32> {
        if name.is_empty() { None } else { self.index.get(name, |node| self.names.get(node)) }
    }

    /// Sum of all branch lengths but that of the root.
    pub fn total_length(&self) -> f64 {
        // A sum of nothing shall be 0 and not -0, which `Iterator::sum` gives.
        self.lengths[1..].iter().fold(0.0, |sum, length| sum + length)
    }
}

impl fmt::Debug for Phylogeny {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (nodes, tips) = (self.node_count(), self.tips.len());
        match nodes {
            0..=200 => write!(f, "Phylogeny({})", crate::write_newick(self)),
            _ => write!(f, "Phylogeny({nodes} nodes, {tips} tips)"),
        }
    }
}

/// `value` as a 32-bit offset.
pub(crate) fn offset(value: usize, nodes: usize) -> Result<u32, TableError> {
    match u32::try_from(value) {
        Ok(offset) if offset != NO_NODE && nodes < NO_NODE as usize => Ok(offset),
        _ => Err(TableError::TreeTooLarge { nodes, bytes: value }),
    }
}

/// In preorder, the parent of a node is the node before it or one of that node's ancestors.
fn first_out_of_preorder(parents: &[u32]) -> Option<usize> {
    if parents[0] != NO_NODE {
        return Some(0);
    }
    // Each step up leaves a subtree for good, so all steps together are at most as many as there are nodes.
    for node in 1..parents.len() {
        let mut candidate = node as u32 - 1;
        while candidate != NO_NODE && candidate != parents[node] {
            candidate = parents[candidate as usize];
        }
        if candidate == NO_NODE {
            return Some(node);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_tips_names_and_totals() {
        let tree =
            Phylogeny::from_arrays(vec![NO_NODE, 0, 1, 1, 0], vec![9.0, 1.0, 2.0, 3.0, 4.0], &["r", "", "a", "b", "c"])
                .unwrap();
        assert_eq!(tree.tips(), [2, 3, 4]);
        assert_eq!(tree.tip("b"), Some(3));
        assert_eq!(tree.tip("r"), None);
        assert_eq!(tree.tip(""), None);
        assert_eq!(tree.total_length(), 10.0);
        assert!(tree.is_tip(4) && !tree.is_tip(1));
    }

    #[test]
    fn refuses_arrays_that_are_no_tree_in_preorder() {
        let code = |parents: &[u32], lengths: &[f64]| {
            let names = vec![""; parents.len()];
            Phylogeny::from_arrays(parents.to_vec(), lengths.to_vec(), &names).err().map(|error| error.code())
        };
        assert_eq!(code(&[], &[]), Some("TREE_EMPTY"));
        assert_eq!(code(&[NO_NODE], &[0.0]), None);
        for parents in [&[0, 0][..], &[NO_NODE, NO_NODE], &[NO_NODE, 1], &[NO_NODE, 0, 0, 1], &[NO_NODE, 2, 0]] {
            assert_eq!(code(parents, &vec![0.0; parents.len()]), Some("TREE_ARRAYS_INVALID"), "{parents:?}");
        }
        for length in [f64::NAN, -1.0, f64::INFINITY] {
            assert_eq!(code(&[NO_NODE, 0], &[0.0, length]), Some("TREE_ARRAYS_INVALID"));
        }
        assert_eq!(code(&[NO_NODE, 0], &[0.0]), Some("TREE_ARRAYS_INVALID"));
        assert!(Phylogeny::from_arrays(vec![NO_NODE], vec![0.0], &["a\0"]).is_err());
    }

    #[test]
    fn refuses_tips_that_share_a_name_but_not_internal_nodes() {
        let tree = |names: &[&str]| Phylogeny::from_arrays(vec![NO_NODE, 0, 1, 0], vec![0.0; 4], names);
        assert!(tree(&["0.9", "0.9", "a", "b"]).is_ok());
        assert!(tree(&["", "", "", ""]).is_ok());
        let error = tree(&["", "", "a", "a"]).err().unwrap();
        assert_eq!(error, TableError::TipNameDuplicate { first: "a".into(), count: 1 });
    }
}
