//! Collectives over plain slices behind one trait.
//!
//! Data-parallel training needs two things from its group: the mean of a slice over all ranks, and a
//! barrier. The mean is summed in the order of the ranks, so it has the same bits on every rank and in
//! every run. There is one implementation so far, between threads of one process; others (processes,
//! machines, devices) implement the same trait. Nothing here knows of tensors or models.

pub mod collective;
pub mod error;
pub mod local_group;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use collective::Collective;
pub use error::{AllreduceError, Result};
pub use local_group::{LocalRank, local_group};
