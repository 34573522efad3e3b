//! Sparse feature tables, phylogenies and their ids; no input or output.
