//! Phylogenetic diversity between and within samples, over seq-table.
