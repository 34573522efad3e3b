#![doc = include_str!("../README.md")]

mod error;
mod lz4_block;
mod name_index;
mod newick;
mod newick_writer;
mod number_rows;
mod phylogeny;
mod rooting;
mod shear;
mod sparse_table;
mod stored_chunks;

pub use error::{Position, TableError};
pub use lz4_block::lz4_block;
pub use name_index::{NameIndex, RepeatedName};
pub use newick::{NegativeLengths, parse_newick};
pub use newick_writer::write_newick;
pub use number_rows::{ShortText, number_rows};
pub use phylogeny::{NO_NODE, Phylogeny};
pub use rooting::{Rooting, rooted};
pub use shear::{SingleChildren, shear};
pub use sparse_table::{SampleCounts, SampleFeatures};
pub use stored_chunks::{ChunkFilter, ChunkLayout, Conversion, DamagedChunk, StoredChunk, unpack_chunks};
