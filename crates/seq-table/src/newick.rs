//! Reads a tree from Newick text in one pass over its bytes, without recursion and without a string per node.
//!
//! Grammar (blanks and `[comments]`, which nest, may stand between any two parts):
//! ```text
//! tree    = subtree [";"]
//! subtree = [ "(" subtree { "," subtree } ")" ] [ label ] [ ":" length ]
//! label   = bare text | 'quoted, '' is one quote' | "quoted, "" is one quote"
//! length  = a finite decimal number >= 0, exponents allowed; absent means 0
//! ```
//! Underscores stay underscores. Blanks inside bare text are kept, those around it are not.

use crate::error::{Position, TableError};
use crate::phylogeny::{NO_NODE, NodeNames, Phylogeny, Span, offset};

/// What to do with a negative branch length, as neighbour joining makes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NegativeLengths {
    /// Refuse the tree, naming the node.
    #[default]
    Refuse,
    /// Take the length as 0.
    Zero,
}

/// Reads one tree.
///
/// # Errors
/// `TEXT_NOT_UTF8`, `TREE_EMPTY`, `NEWICK_UNBALANCED`, `NEWICK_INVALID`, `NEWICK_SEVERAL_TREES`, `NEWICK_TRAILING_TEXT`,
/// `BRANCH_LENGTH_INVALID`, `TIP_NAME_DUPLICATE`, `TREE_TOO_LARGE`.
pub fn parse_newick(bytes: &[u8], negative: NegativeLengths) -> Result<Phylogeny, TableError> {
    let text = std::str::from_utf8(bytes).map_err(|error| TableError::TextNotUtf8 { byte: error.valid_up_to() })?;
    offset(text.len(), 0)?;
    if let Some(at) = text.find('\0') {
        // A binary file, or names that no table could have.
        let found = "a NUL character".to_owned();
        return Err(TableError::NewickInvalid { found, at: Position::of(text, at) });
    }
    let mut parser = Parser::new(text, negative);
    parser.tree()?;
    Phylogeny::assemble(parser.parents, parser.lengths, parser.names)
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    negative: NegativeLengths,
    parents: Vec<u32>,
    lengths: Vec<f64>,
    names: NodeNames,
}

/// Bytes that end bare text.
const DELIMITER: [bool; 256] = {
    let mut table = [false; 256];
    let delimiters = b"(),:;[";
    let mut i = 0;
    while i < delimiters.len() {
        table[delimiters[i] as usize] = true;
        i += 1;
    }
    table
};

impl<'a> Parser<'a> {
    fn new(text: &'a str, negative: NegativeLengths) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        // A node takes about twenty bytes of text; a short guess only costs a move.
        let guess = text.len() / 24 + 1;
        Self {
            text,
            bytes: text.as_bytes(),
            at,
            negative,
            parents: Vec::with_capacity(guess),
            lengths: Vec::with_capacity(guess),
            names: NodeNames { text: String::with_capacity(text.len() / 2), spans: Vec::with_capacity(guess) },
        }
    }

    fn tree(&mut self) -> Result<(), TableError> {
        self.skip_blanks()?;
        if matches!(self.peek(), None | Some(b';')) {
            return Err(TableError::TreeEmpty);
        }
        // The innermost node whose ")" is still to come.
        let mut open = NO_NODE;
        loop {
            self.skip_blanks()?;
            let node = self.add_node(open)?;
            if self.peek() == Some(b'(') {
                self.at += 1;
                open = node;
                continue;
            }
            self.label_and_length(node)?;
            open = self.close_nodes(open)?;
            if open == NO_NODE {
                return self.end();
            }
        }
    }

    /// Goes on after a complete node up to the "," that starts its sibling (gives the open node) or to the end of the
    /// tree (gives [`NO_NODE`]).
    fn close_nodes(&mut self, mut open: u32) -> Result<u32, TableError> {
        loop {
            self.skip_blanks()?;
            match self.peek() {
                Some(b',') if open != NO_NODE => {
                    self.at += 1;
                    return Ok(open);
                }
                Some(b')') if open != NO_NODE => {
                    self.at += 1;
                    self.label_and_length(open)?;
                    open = self.parents[open as usize];
                }
                Some(b')') => return Err(self.unbalanced("a \")\" without its \"(\"".to_owned())),
                Some(b';') | None if open == NO_NODE => return Ok(NO_NODE),
                Some(b';') | None => return Err(self.unclosed(open)),
                Some(_) => return Err(self.invalid("unexpected text")),
            }
        }
    }

    fn unclosed(&self, open: u32) -> TableError {
        let (mut count, mut node) = (0usize, open);
        while node != NO_NODE {
            count += 1;
            node = self.parents[node as usize];
        }
        let end = if self.peek().is_none() { "the text ends" } else { "the tree ends" };
        self.unbalanced(format!("{end} with {count} \"(\" still open"))
    }

    fn add_node(&mut self, parent: u32) -> Result<u32, TableError> {
        let node = offset(self.parents.len(), self.parents.len())?;
        self.parents.push(parent);
        self.lengths.push(0.0);
        self.names.spans.push(Span::default());
        Ok(node)
    }

    fn label_and_length(&mut self, node: u32) -> Result<(), TableError> {
        self.skip_blanks()?;
        self.label(node)?;
        self.skip_blanks()?;
        if self.peek() != Some(b':') {
            return Ok(());
        }
        self.at += 1;
        self.skip_blanks()?;
        let start = self.at;
        let text = self.bare();
        self.lengths[node as usize] = self.length(node, text, start)?;
        self.skip_blanks()
    }

    fn label(&mut self, node: u32) -> Result<(), TableError> {
        let start = self.names.text.len();
        match self.peek() {
            Some(quote @ (b'\'' | b'"')) => self.quoted(quote)?,
            _ => {
                let bare = self.bare();
                self.names.text.push_str(bare);
            }
        }
        let len = self.names.text.len() - start;
        self.names.spans[node as usize] = Span { start: start as u32, len: len as u32 };
        Ok(())
    }

    /// Text up to the next delimiter, without the blanks at its end.
    fn bare(&mut self) -> &'a str {
        let start = self.at;
        let rest = &self.bytes[start..];
        self.at += rest.iter().position(|&byte| DELIMITER[byte as usize]).unwrap_or(rest.len());
        // Delimiters are ASCII, so both ends are character boundaries.
        self.text[start..self.at].trim_ascii_end()
    }

    fn quoted(&mut self, quote: u8) -> Result<(), TableError> {
        let opening = self.at;
        self.at += 1;
        loop {
            let start = self.at;
            while self.peek().is_some_and(|byte| byte != quote) {
                self.at += 1;
            }
            self.names.text.push_str(&self.text[start..self.at]);
            if self.peek().is_none() {
                self.at = opening;
                return Err(self.invalid("a quoted name that never ends"));
            }
            self.at += 1;
            if self.peek() != Some(quote) {
                return Ok(());
            }
            self.names.text.push(char::from(quote));
            self.at += 1;
        }
    }

    fn length(&self, node: u32, text: &str, start: usize) -> Result<f64, TableError> {
        let clamp = self.negative == NegativeLengths::Zero;
        match text.parse::<f64>() {
            Ok(length) if length.is_finite() && length > 0.0 => Ok(length),
            // A zero may be -0.0, which must not travel on.
            Ok(length) if length.is_finite() && (length == 0.0 || clamp) => Ok(0.0),
            parsed => {
                let hint = match parsed {
                    Ok(length) if length < 0.0 && length.is_finite() => {
                        "Correct it, or ask for negative lengths to be taken as 0."
                    }
                    _ => "Correct it, or leave the length out.",
                };
                let at = Position::of(self.text, start);
                let text = text.chars().take(40).collect();
                Err(TableError::BranchLengthInvalid { node: self.described(node), text, at, hint })
            }
        }
    }

    fn described(&self, node: u32) -> String {
        let name = self.names.get(node);
        if !name.is_empty() {
            return format!("node \"{name}\"");
        }
        // In preorder, following nodes are below this one until a tip comes.
        let below = (node + 1..self.parents.len() as u32).map(|child| self.names.get(child));
        match below.into_iter().find(|name| !name.is_empty()) {
            Some(first) => format!("the unnamed node above \"{first}\""),
            None => "an unnamed node".to_owned(),
        }
    }

    fn end(&mut self) -> Result<(), TableError> {
        if self.peek() == Some(b';') {
            self.at += 1;
        }
        self.skip_blanks()?;
        match self.peek() {
            None => Ok(()),
            Some(b'(') => Err(TableError::NewickSeveralTrees { at: Position::of(self.text, self.at) }),
            Some(_) => Err(TableError::NewickTrailingText { at: Position::of(self.text, self.at) }),
        }
    }

    fn skip_blanks(&mut self) -> Result<(), TableError> {
        loop {
            match self.peek() {
                Some(byte) if byte.is_ascii_whitespace() => self.at += 1,
                Some(b'[') => self.skip_comment()?,
                _ => return Ok(()),
            }
        }
    }

    fn skip_comment(&mut self) -> Result<(), TableError> {
        let opening = self.at;
        let mut depth = 0usize;
        loop {
            match self.peek() {
                Some(b'[') => depth += 1,
                Some(b']') => depth -= 1,
                Some(_) => {}
                None => {
                    self.at = opening;
                    return Err(self.invalid("a \"[\" comment that never ends"));
                }
            }
            self.at += 1;
            if depth == 0 {
                return Ok(());
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn unbalanced(&self, found: String) -> TableError {
        TableError::NewickUnbalanced { found, at: Position::of(self.text, self.at) }
    }

    fn invalid(&self, found: &str) -> TableError {
        let excerpt: String = self.text[self.at..].chars().take(20).collect();
        TableError::NewickInvalid { found: format!("{found} (\"{excerpt}\")"), at: Position::of(self.text, self.at) }
    }
}
