//! Vector files, tolerances and gradient checks for the tests of the other crates.
//!
//! Everything works on plain `f64` vectors: this crate knows nothing of tensors, and is only ever a
//! development dependency. It panics where a test should fail.

pub mod gradient_check;
pub mod random;
pub mod tolerance;
pub mod vectors;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use gradient_check::gradient_check;
pub use random::Random;
pub use serde_json::Value as Json;
pub use tolerance::{Mismatch, Tolerance, assert_close, close, tolerance};
pub use vectors::{VectorCase, VectorTensor, numbers, repository_root};
