//! What can be wrong with a tree or a table. Knows no caller: sentences say what was found and what to do.

use std::fmt;

/// A place in a text, for people: both numbers start at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line, counted by line feeds.
    pub line: usize,
    /// Character within the line.
    pub column: usize,
}

impl Position {
    /// The place of a byte of a text; beyond the end it is the end.
    pub fn of(text: &str, byte: usize) -> Self {
        let mut end = byte.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Errors of this crate; each has a stable code.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TableError {
    /// The text holds no tree.
    #[error("Newick: the text holds no tree. Pass a file that has one tree in Newick form, such as \"(a:1,b:2);\".")]
    TreeEmpty,
    /// The text is not UTF-8.
    #[error("Newick: byte {byte} is not valid UTF-8. Convert the file to UTF-8; if it is compressed, unpack it first.")]
    TextNotUtf8 {
        /// Offset of the first wrong byte.
        byte: usize,
    },
    /// Parentheses do not match.
    #[error("Newick: {found} at {at}. The text is cut off or damaged; every \"(\" needs its \")\".")]
    NewickUnbalanced {
        /// What was found, in words.
        found: String,
        /// Where.
        at: Position,
    },
    /// Anything else that is not Newick.
    #[error("Newick: {found} at {at}. Names with blanks or any of ()[],:;' belong in single quotes.")]
    NewickInvalid {
        /// What was found, in words.
        found: String,
        /// Where.
        at: Position,
    },
    /// More than one tree.
    #[error("Newick: a second tree begins at {at}. Pass a file with one tree.")]
    NewickSeveralTrees {
        /// Where the second tree begins.
        at: Position,
    },
    /// Text after the closing semicolon.
    #[error("Newick: the tree is complete, but more text follows at {at}. Remove what stands after the \";\".")]
    NewickTrailingText {
        /// Where that text begins.
        at: Position,
    },
    /// A branch length that is no finite number >= 0.
    #[error("Newick: the branch length of {node} is \"{text}\" at {at}; it must be a finite number >= 0. {hint}")]
    BranchLengthInvalid {
        /// The node, in words.
        node: String,
        /// The length as written.
        text: String,
        /// Where.
        at: Position,
        /// What to do about it.
        hint: &'static str,
    },
    /// Two tips share a name.
    #[error(
        "Newick: {count} tip name(s) occur more than once (first: \"{first}\"). Tips must have distinct names; \
         rename or remove the repeated ones."
    )]
    TipNameDuplicate {
        /// First repeated name.
        first: String,
        /// How many tips repeat an earlier name.
        count: usize,
    },
    /// An outgroup that a tree cannot be rooted by.
    #[error(
        "rooting by an outgroup: {found}. Name tips that one branch parts from all others, or root at the midpoint."
    )]
    OutgroupInvalid {
        /// What is wrong, in words.
        found: String,
    },
    /// Node numbers or text offsets would not fit 32 bits.
    #[error("a tree of {nodes} nodes or {bytes} bytes is too large: at most 4294967294 of each fit.")]
    TreeTooLarge {
        /// Nodes so far.
        nodes: usize,
        /// Bytes of text.
        bytes: usize,
    },
    /// Flat arrays that do not describe a tree.
    #[error("tree arrays: {found}.")]
    TreeArraysInvalid {
        /// What is wrong, in words.
        found: String,
    },
    /// A sparse table whose offsets and indices do not fit together.
    #[error("sparse table: {found}.")]
    TableInvalid {
        /// What is wrong, in words.
        found: String,
    },
}

impl TableError {
    /// Stable upper-case code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TreeEmpty => "TREE_EMPTY",
            Self::TextNotUtf8 { .. } => "TEXT_NOT_UTF8",
            Self::NewickUnbalanced { .. } => "NEWICK_UNBALANCED",
            Self::NewickInvalid { .. } => "NEWICK_INVALID",
            Self::NewickSeveralTrees { .. } => "NEWICK_SEVERAL_TREES",
            Self::NewickTrailingText { .. } => "NEWICK_TRAILING_TEXT",
            Self::BranchLengthInvalid { .. } => "BRANCH_LENGTH_INVALID",
            Self::TipNameDuplicate { .. } => "TIP_NAME_DUPLICATE",
            Self::OutgroupInvalid { .. } => "OUTGROUP_INVALID",
            Self::TreeTooLarge { .. } => "TREE_TOO_LARGE",
            Self::TreeArraysInvalid { .. } => "TREE_ARRAYS_INVALID",
            Self::TableInvalid { .. } => "TABLE_INVALID",
        }
    }
}
