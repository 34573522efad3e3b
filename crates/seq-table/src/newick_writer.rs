//! Writes a tree as Newick text. Knows nothing of reading it.

use std::fmt::Write;

use crate::phylogeny::{NO_NODE, Phylogeny};

/// The tree in Newick form on one line, names quoted where they need it, lengths in the fewest digits that give the same
/// number again. A length of 0 is written.
pub fn write_newick(tree: &Phylogeny) -> String {
    let mut text = String::new();
    let mut open: Vec<u32> = Vec::new();
    for node in 0..tree.node_count() as u32 {
        let parent = tree.parents()[node as usize];
        let mut closed = false;
        while let Some(&top) = open.last() {
            if top == parent {
                break;
            }
            open.pop();
            text.push(')');
            write_label_and_length(&mut text, tree, top);
            closed = true;
        }
        if parent != NO_NODE && (closed || node != parent + 1) {
            text.push(',');
        }
        if tree.is_tip(node) {
            write_label_and_length(&mut text, tree, node);
        } else {
            text.push('(');
            open.push(node);
        }
    }
    while let Some(top) = open.pop() {
        text.push(')');
        write_label_and_length(&mut text, tree, top);
    }
    text.push(';');
    text
}

fn write_label_and_length(text: &mut String, tree: &Phylogeny, node: u32) {
    let name = tree.name(node);
    if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-|/+".contains(&byte)) {
        text.push_str(name);
    } else {
        text.push('\'');
        text.push_str(&name.replace('\'', "''"));
        text.push('\'');
    }
    let length = tree.lengths()[node as usize];
    if length > 0.0 || node > 0 {
        // Writing to a String cannot fail.
        let _ = write!(text, ":{length:?}");
    }
}
