//! Operations on tensors, one file or folder each. Every file opens with its contract.
//!
//! Forward checks shapes and dtypes. An operation records how its gradient flows, or that it has none.

pub mod binary;
pub mod expand;
pub mod reduce;
pub mod unary;

pub use binary::{add, div, maximum, minimum, mul, sub};
pub use expand::expand;
pub use reduce::{ReducedAxes, argmax, max, mean, sum};
pub use unary::{abs, exp, gelu, huber, ln, ln_1p, neg, relu, scale_shift, sigmoid, softplus, sqrt, square, tanh};
