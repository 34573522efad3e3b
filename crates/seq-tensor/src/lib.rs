//! Tensors, the tape, primitive operations, random numbers, parameters and optimisers.
//!
//! Everything here is eager and runs on the CPU; a device is a type with one implementation so far.
//! Results never depend on the number of threads: work is cut into pieces whose size depends only on
//! the shape, and partial results are combined in a fixed order.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub mod broadcast;
pub mod buffer;
pub mod device;
pub mod element;
pub mod error;
pub mod initialise;
pub mod lanes;
pub mod matmul;
pub mod memory;
pub mod ops;
pub mod optimiser;
pub mod parameters;
pub mod philox;
pub mod pieces;
pub mod ragged;
pub mod recycle;
pub mod single;
pub mod tape;
pub mod tensor;
pub mod threads;

pub use device::Device;
pub use element::Element;
pub use error::{Result, TensorError};
pub use tensor::{DType, Tensor};

#[cfg(test)]
mod testing;
